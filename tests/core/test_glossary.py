import pytest

from core.errors import InvalidInput
from core.glossary import Term, define_term, list_terms, terms_in
from tests.drivers import refusal

AUC, LOSS, DRIFT = Term("AUC", "m"), Term("focal loss", "m"), Term("Drift", "m")
IT = Term("IT", "m")
TERMS = (AUC, DRIFT, LOSS, IT)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The AUC rose", [AUC]),
        ("AUCs and drift", [AUC, DRIFT]),
        ("the auc of it", []),
        ("val_AUC rose", []),
        ("Focal loss helps; FOCAL LOSS too", [LOSS]),
        ("focal losses", [LOSS]),
        ("drifting", []),
        ("(drift)", [DRIFT]),
        ("it is ready", []),
        ("our IT is ready", [IT]),
        ("", []),
    ],
)
def test_a_term_is_found_where_it_stands_as_a_word(text, found):
    assert list(terms_in([text], TERMS)) == found


def test_signs_of_a_term_are_signs_and_no_pattern():
    term = Term("C++ (new)", "m")
    assert terms_in(["written in c++ (new)"], [term]) == (term,)
    assert terms_in(["written in ccc new"], [term]) == ()


def test_one_term_has_one_meaning_however_it_is_written(board):
    board.do(define_term, term="Straße", meaning="a road")
    _, is_new = board.do(define_term, term="STRASSE", meaning="a way")
    assert not is_new
    assert [(term.term, term.meaning) for term in board.read(list_terms)] == [("STRASSE", "a way")]
    assert board.told()[-1] == "explained STRASSE: a way"


def test_what_is_said_already_is_not_written_again(board):
    for _ in range(2):
        board.do(define_term, term="AUC", meaning="the area")
    assert sum("AUC" in line for line in board.told()) == 1


@pytest.mark.parametrize(
    ("term", "meaning"), [(" ", "m"), ("AUC", ""), ("x" * 61, "m"), ("AUC", "m" * 301), ("\0", "m")]
)
def test_a_term_without_words_or_too_long_is_refused(board, term, meaning):
    with refusal(InvalidInput):
        board.do(define_term, term=term, meaning=meaning)
    assert board.read(list_terms) == ()
