"""Two months of search ranking, and a timebox that ends while somebody watches."""

from collections.abc import Iterator
from datetime import timedelta

from bot.demo.diary import Diary
from bot.demo.repository import DemoRepository
from bot.demo.stage import Pause, Step
from bot.demo.team import RANK_REPOSITORY
from core.git import PullRequestState, Result

REPOSITORY = DemoRepository("RANK", RANK_REPOSITORY)
_RUN = "https://mlflow.acme.example/runs"
# Minutes before somebody begins to watch: three hours later its timebox is over, a minute and a half from then.
_BEGAN = 178.5


def ranking_story(diary: Diary) -> Iterator[Step]:
    yield from _cross_encoder(diary)
    yield from _fusion(diary)
    yield from _judgements(diary)
    yield from _now(diary)
    yield from _watched(diary)


def _cross_encoder(d: Diary) -> Iterator[Step]:
    yield d.line(40, "09:30", "mira", "lab task new Does a cross-encoder on the first 50 fit into 120 ms?"
                 " kind:investigate box:10d owner:@priya version:rank@v0.9 project:RANK", "cross")  # fmt: skip
    yield d.line(40, "09:40", "priya", "lab task start {cross}")
    yield REPOSITORY.push(
        d.at(37, "14:25"), "priya",
        ("ce1", f"{{cross}} MiniLM on the first 50 #metric ndcg_at_10=0.438 #metric p95_ms=231 #run {_RUN}/0a1"),
        branch="feat/{cross}-minilm",
    )  # fmt: skip
    yield d.line(35, "15:40", "priya", "lab task note {cross} The whole model takes 231 ms. Six layers in int8 on the"
                 " same machines: 112 ms, and ndcg_at_10 only falls to 0.436.")  # fmt: skip
    yield REPOSITORY.push(
        d.at(35, "15:52"), "priya",
        ("ce2", f"{{cross}} six layers, int8 #metric ndcg_at_10=0.436 #metric p95_ms=112 #run {_RUN}/0b4"),
        branch="feat/{cross}-minilm",
    )  # fmt: skip
    yield d.line(33, "16:00", "mira", "lab box adopt {cross} learned:With six layers in int8 a cross-encoder reranks 50"
                 " results in 112 ms (p95) and brings ndcg_at_10 from 0.412 to 0.436. The full model is too slow and"
                 f" hardly better. why:Above the target, inside the budget best:{_RUN}/0b4"
                 " tasks:Distil the cross-encoder to six layers; Rerank the first 50 behind a flag",
                 "distil rerank")  # fmt: skip
    yield d.line(33, "16:10", "mira", "lab task set {distil} owner:@priya points:8 version:rank@v0.9")
    yield d.line(33, "16:11", "mira", "lab task set {rerank} kind:deploy owner:@ben points:5 version:rank@v0.9")
    yield d.line(33, "16:12", "mira", "lab task after {rerank} {distil}")
    yield d.line(32, "10:00", "priya", "lab task start {distil}")
    yield REPOSITORY.push(d.at(28, "17:40"), "priya", ("v0.9-model", "{distil} distilled on a month of queries"))
    yield d.line(26, "10:30", "priya", "lab task done {distil}")
    yield d.line(26, "13:00", "ben", "lab task start {rerank}")
    yield REPOSITORY.push(d.at(23, "12:10"), "ben", ("v0.9", "{rerank} rerank behind the flag search_rerank"))
    yield REPOSITORY.check(d.at(23, "12:22"), "v0.9", Result.SUCCESS, order=61)
    yield REPOSITORY.deploy(d.at(22, "14:00"), "ben", 71, "v0.9", Result.SUCCESS, order=2, description="rank v0.9")


def _fusion(d: Diary) -> Iterator[Step]:
    yield d.line(18, "11:00", "ana", "lab task new Are BM25 and embeddings better together than either alone?"
                 " kind:investigate box:8d owner:me project:RANK version:rank@v1.0", "fusion")  # fmt: skip
    yield d.line(18, "11:10", "ana", "lab task start {fusion}")
    yield REPOSITORY.push(
        d.at(15, "16:16"), "ana", ("fuse1", f"{{fusion}} both, summed #metric ndcg_at_10=0.431 #run {_RUN}/1f0"),
        branch="feat/{fusion}",
    )  # fmt: skip
    yield d.line(14, "15:20", "ana", "lab box split {fusion} first:Reciprocal rank fusion or learned weights?"
                 " second:Do embeddings help where the query is one word? learned:Together they are better (0.431"
                 " against 0.412 and 0.405), but how to join them and for which queries are two questions. box:8d",
                 "weights oneword")  # fmt: skip
    yield d.line(14, "15:40", "ana", "lab task set {weights} owner:@priya")
    yield d.line(14, "15:41", "ana", "lab task set {oneword} owner:@ana")
    yield d.line(13, "09:30", "priya", "lab task start {weights}")
    yield d.line(13, "09:45", "ana", "lab task start {oneword}")
    # Over since last night, and still to be decided.
    yesterday = (d.now.astimezone(d.zone) - timedelta(days=1)).date()
    yield d.line(10, "17:10", "ana", f"lab box extend {{oneword}} by:{yesterday} why:One word is 38 % of our queries,"
                 " and half of them are brands; those need a look of their own")  # fmt: skip
    yield REPOSITORY.push(
        d.at(6, "10:40"), "ana",
        ("oneword", f"{{oneword}} brands and categories apart #metric ndcg_at_10=0.418 #run {_RUN}/2a8"),
        branch="feat/{oneword}",
    )  # fmt: skip
    yield REPOSITORY.push(
        d.at(11, "12:05"), "priya", ("rrf", f"{{weights}} RRF with k=60 #metric ndcg_at_10=0.431 #run {_RUN}/21c"),
        branch="feat/{weights}",
    )  # fmt: skip
    yield d.line(9, "16:30", "priya", "lab box drop {weights} learned:Reciprocal rank fusion with k=60 is as good as"
                 " learned weights (0.431 and 0.432) and has nothing to train or to watch. We keep it."
                 " why:A thousandth is not worth a second model")  # fmt: skip


def _judgements(d: Diary) -> Iterator[Step]:
    yield d.line(10, "09:30", "mira", "lab task new Relevance judgements for 2,000 rare queries kind:data owner:@jonas"
                 " role:data points:5 priority:now project:RANK", "judgements")  # fmt: skip
    yield d.line(10, "09:31", "mira", "lab task new Is position bias in clicks worth correcting? kind:investigate"
                 " box:8d owner:@priya project:RANK version:rank@v1.0", "bias")  # fmt: skip
    yield d.line(10, "09:32", "mira", "lab task after {bias} {judgements}")
    yield d.line(9, "13:00", "jonas", "lab task start {judgements}")
    yield d.line(4, "11:15", "jonas",
                 "lab task block {judgements} the second batch of labels is late: 1,140 of 2,000 are here"
                 " cause:data")  # fmt: skip


def _now(d: Diary) -> Iterator[Step]:
    yield d.line(5, "10:00", "ben", "lab task new Cache the embeddings of frequent queries kind:feature owner:me"
                 " points:3 priority:now project:RANK labels:latency", "cache")  # fmt: skip
    yield d.line(5, "10:02", "ben", "lab task start {cache}")
    yield d.line(5, "10:20", "mira", "lab task new Move the ranking service to Python 3.13 kind:refactor points:2"
                 " priority:later project:RANK")  # fmt: skip
    yield REPOSITORY.push(
        d.at(2, "17:02"), "ben", ("cache1", "{cache} LRU of 50,000 queries, an hour old at most"),
        branch="feat/{cache}-lru",
    )  # fmt: skip
    yield REPOSITORY.check(d.at(2, "17:11"), "cache1", Result.FAILURE, order=88)
    yield REPOSITORY.push(
        d.at(1, "11:20"), "ben", ("cache2", "{cache} evict by bytes, not by entries"), branch="feat/{cache}-lru",
    )  # fmt: skip
    yield REPOSITORY.check(d.at(1, "11:31"), "cache2", Result.SUCCESS, order=90)
    yield REPOSITORY.pull_request(
        d.at(1, "11:45"), "ben", 23, "{cache} Cache embeddings", PullRequestState.DRAFT, head="cache2",
        branch="feat/{cache}-lru",
    )  # fmt: skip


def _watched(d: Diary) -> Iterator[Step]:
    yield d.just(_BEGAN + 4, "mira", "lab task new Does rewriting queries fix typos without hurting exact matches?"
                 " kind:investigate box:3h owner:@ana project:RANK version:rank@v1.0 priority:now about:An afternoon"
                 " with the spelling model that is there already. Worth more time only if typos gain and exact matches"
                 " lose nothing.", "typos")  # fmt: skip
    yield d.just(_BEGAN, "ana", "lab task start {typos}")
    yield REPOSITORY.push(
        d.ago(96), "ana", ("typo1", f"{{typos}} rewrite below confidence 0.9 #metric ndcg_at_10=0.429 #run {_RUN}/3d2"),
        branch="feat/{typos}",
    )  # fmt: skip
    yield d.just(41, "ana", "lab task note {typos} Queries with a typo gain 0.06. Exact matches lose 0.002, all of it"
                 " on product codes, which should never be rewritten.")  # fmt: skip
    yield REPOSITORY.push(
        d.ago(17), "ana", ("typo2", f"{{typos}} leave product codes alone #metric ndcg_at_10=0.437 #run {_RUN}/3d9"),
        branch="feat/{typos}",
    )  # fmt: skip
    for minutes in range(170, 0, -10):
        yield Pause(d.ago(minutes))
