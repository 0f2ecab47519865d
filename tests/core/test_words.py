import pytest

from core.words import LONGEST, significant_words, words_of
from tests.hostile import HOSTILE


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Try focal loss on tail classes", ("try", "focal", "loss", "on", "tail", "class")),
        ("val_auc=0.91, churn@v2.0", ("val", "auc", "0", "91", "churn", "v2")),
        ("Boxes, batches and crashes; bus, bias, loss", ("box", "batch", "and", "crash", "bus", "bias", "loss")),
        ("Straße STRASSE ﬁne", ("strasse", "fine")),
        ("हिन्दी में", ("हिन्दी", "में")),
        ("Naïve café", ("naïve", "café")),
        ("深度学习", ("深度", "度学", "学习")),
        ("학습률 감소", ("학습률", "감소")),
        ("界", ("界",)),
        ("🫠 -- !", ()),
    ],
)
def test_words_are_letters_and_digits_whatever_stands_between_them(text, words):
    assert words_of(text) == words


def test_a_word_is_named_once_and_never_longer_than_a_database_keeps():
    assert words_of("loss loss", "Losses") == ("loss",)
    assert words_of("a" * 5_000) == ("a" * LONGEST,)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_word_has_anything_in_it_that_a_query_could_mean(text):
    for word in words_of(text):
        assert word
        assert not set(word) & set(" '\"\\&|!()<>:*^-+{}~_@%\0\n")
        assert len(word.encode()) < 2_046


def test_words_that_say_nothing_are_not_significant():
    assert significant_words("Try to see whether the focal loss is better on v2 of 表") == ("focal", "loss", "表")
