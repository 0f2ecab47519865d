from tests.bot.speaker import Speaker


def test_a_term_is_explained_shown_listed_and_taken_out(ana: Speaker) -> None:
    ana.done("lab glossary", "No term is explained yet", "lab glossary add AUC")
    ana.done("lab glossary add AUC How well it tells the two apart", "AUC", "How well it tells the two apart", "Kept")
    ana.done("lab glossary show auc", "How well it tells the two apart", "ana")
    ana.done("lab glossary add auc: 0.5 is a coin", "Explained anew")
    said = ana.done("lab glossary list", "1 term")
    assert said.facts["count"] == "1"
    ana.done("lab glossary remove AUC", "Taken out")
    ana.refused("lab glossary show AUC", "does not explain", "lab glossary list")
    ana.refused("lab glossary remove AUC", "does not explain")


def test_a_term_may_be_several_words_in_quotes(ana: Speaker) -> None:
    ana.done('lab glossary add "focal loss" A loss that looks at what is hard', "focal loss")
    ana.done("lab glossary show Focal loss", "what is hard")


def test_what_is_written_there_is_literal(ana: Speaker) -> None:
    said = ana.done("lab glossary add <@U1> *bold* [a](http://b) @everyone", "<@U1>")
    assert "*bold*" in said.text
