"""Tables as people have them: what is found, what is said of it, and what is asked."""

import io

import numpy as np
import pytest

from backprop_core.data.csv_data import read_csv
from backprop_core.data.raw_data import Arrays
from backprop_core.errors import InputError

NUMBERS = [[0.5, -1.0], [2.0, 3.25], [4.0, 5.0], [6.5, 7.0]]
CLASSES = ["oak", "ash", "oak", "elm"]
Y = [2, 0, 2, 1]


def read(text: str, target: str | int | None = None, *, part: bool = False) -> Arrays:
    return read_csv(io.BytesIO(text.encode()), target, part=part)


def problem(text: str, target: str | int | None = None) -> str:
    with pytest.raises(InputError) as caught:
        read(text, target)
    (line,) = caught.value.problems
    return line


def notes(found: Arrays) -> tuple[str, ...]:
    return found.taken.notes


def table(
    header: str = "p,q,kind", separator: str = ",", end: str = "\n", decimal: str = "."
) -> str:
    """Return the examples as text; the header has commas for separators."""
    rows = [
        separator.join([*(str(number).replace(".", decimal) for number in row), label])
        for row, label in zip(NUMBERS, CLASSES, strict=True)
    ]
    return end.join([*([header.replace(",", separator)] * bool(header)), *rows, ""])


SEPARATED = {
    "commas": table(),
    "semicolons": table(separator=";"),
    "tabs": table(separator="\t"),
    "bars": table(separator="|"),
    "blanks": table(separator=" "),
    "runs of blanks": table(separator="   "),
    "commas and blanks": table(separator=", "),
    "named": "sep=;\n" + table(separator=";"),
    "named, in quotes": '"sep=;"\r\n' + table(separator=";", end="\r\n"),
    "decimal commas": table(separator=";", decimal=","),
    "decimal commas and tabs": table(separator="\t", decimal=","),
    "byte order mark": "\ufeff" + table(),
    "Windows line ends": table(end="\r\n"),
    "old Macintosh line ends": table(end="\r"),
    "blank lines": table(end="\n\n"),
    "rows of nothing": table() + ",,\n , ,\n",
    "separators at the ends": table(header="p,q,kind,", end=",\n").replace("kind,,", "kind,"),
    "a spreadsheet's empty columns": table(header="p,q,kind,,,", end=",,,\n").replace(
        ",,,,,,", ",,,"
    ),
    "empty columns of the header alone": table(header="p,q,kind,,"),
    "separators at the ends of the rows alone": table(end=",\n").replace("kind,", "kind", 1),
    "comments": "# trees\n" + table() + "# the end\n",
    "header in a comment": "# p,q,kind\n" + table(header=""),
    "all in quotes": '"' + table(separator='","', end='"\n"').rstrip('"'),
    "runs of tabs": table(separator="\t").replace("oak\n", "oak\n\n").replace("\t", "\t\t", 5),
}


@pytest.mark.parametrize("kind", SEPARATED)
def test_the_layout_is_found(kind: str) -> None:
    found = read(SEPARATED[kind])
    np.testing.assert_array_equal(found.x, NUMBERS)
    np.testing.assert_array_equal(found.y, Y)
    assert found.names == ("ash", "elm", "oak")
    assert found.features == ("p", "q")
    assert "2: p, q" in found.taken.features
    assert ("no header" in " ".join(notes(found))) is False


def test_blanks_within_cells_separate_none() -> None:
    rows = "".join(f"{n} cm;{n / 4};{'uv'[n % 2]}\n" for n in range(4))
    assert problem(f"long;wide;kind\n{rows}").startswith('line 2: column "long" (0): got "0 cm"')
    found = read("kind;a;b\n" + "".join(f"red {'uv'[n % 2]};{n};2\n" for n in range(4)))
    assert found.names == ("red u", "red v")


def test_what_was_found_is_said() -> None:
    assert notes(read(table())) == ()
    assert notes(read(table(separator=";", decimal=","))) == (
        "cells are separated by semicolons",
        "numbers have decimal commas",
    )
    taken = read(table()).taken
    assert list(taken.lines()) == [
        ("target", 'column "kind" (2), the last column; 3 classes: ash (1), elm (1), oak (2)'),
        ("features", "2: p, q"),
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t", " "])
@pytest.mark.parametrize("decimal", [".", ","])
def test_without_a_header_no_example_is_lost(separator: str, decimal: str) -> None:
    if separator == decimal:
        return
    found = read(table(header="", separator=separator, decimal=decimal))
    np.testing.assert_array_equal(found.x, NUMBERS)
    np.testing.assert_array_equal(found.y, Y)
    assert found.features == ()
    assert "no header: the first line is taken as an example" in notes(found)
    assert found.taken.target == "column 2, the last column"


@pytest.mark.parametrize(
    ("text", "features", "examples"),
    [
        pytest.param("1,2,0\n3,4,1\n", (), 2, id="numbers alone"),
        pytest.param("0,1,2,3\n.1,.2,.3,0\n.1,.2,.4,1\n", ("0", "1", "2"), 2, id="counted columns"),
        pytest.param(",0,1,2\n0,.2,.3,0\n1,.2,.4,1\n", ("0", "1"), 2, id="with an index"),
        pytest.param("a,2020,c\n1,2,u\n2,3,v\n", ("a", "2020"), 2, id="a year for a name"),
        pytest.param("?,2,u\n2,3,v\n3,4,u\n", None, None, id="a missing value is no name"),
    ],
)
def test_what_a_header_is(
    text: str, features: tuple[str, ...] | None, examples: int | None
) -> None:
    if features is None:
        assert problem(text).startswith('line 1: column 0: got "?"; 1 row of 3 has no value')
    else:
        found = read(text)
        assert (found.features, len(found.x)) == (features, examples)


def test_a_header_in_a_comment_may_begin_with_a_column_of_numbers() -> None:
    found = read("# #,a,b\n1,2,0\n2,5,1\n3,4,0\n")
    assert found.features == ("a",)
    assert 'column "#" (0) is left out: it numbers or names the rows' in notes(found)


def test_what_stands_above_a_table() -> None:
    rows = "1,2,3,0\n4,5,6,1\n7,8,9,0\n"
    found = read(f"3,3,oak,ash\n{rows}")
    assert (found.x.shape, found.features) == ((3, 3), ())
    assert notes(found) == (
        "the first line gives sizes and names of classes, as scikit-learn's do: it is left out",
    )
    assert read(f"3,3,oak\n{rows}").x.shape == (3, 3)
    assert problem(f"My trees\n{rows}") == (
        "line 1: got 1 column and 4 further down; allowed a header with the names of the columns: "
        "delete what stands above it"
    )


@pytest.mark.parametrize(
    ("header", "row", "name"),
    [
        ("label,a,b", "{c},{n},2", "label"),
        ("a,Species,b", "{n},{c},2", "Species"),
        ("TARGET,a,b", "{c},{n},2", "TARGET"),
        ("y,a,b", "{c},{n},2", "y"),
        ("a,b,y", "{n},2,{c}", "y"),
        ("a,b,what", "{n},2,{c}", "what"),
        ("x,y,what", "{n},2,{c}", "what"),
        ("class_label,x1,x2", "{c},{n},2", "class_label"),
    ],
)
def test_the_class_is_found_by_its_name_or_is_last(header: str, row: str, name: str) -> None:
    rows = [row.format(c=n % 3, n=n / 3) for n in range(12)]
    found = read("\n".join([header, *rows]))
    assert found.taken.target.startswith(f'column "{name}" (')
    assert found.y.tolist() == [n % 3 for n in range(12)]


def test_the_only_column_of_words_is_the_class() -> None:
    found = read("tree,a,b\noak,1,2\nash,3,4\noak,5,7\n")
    assert found.y.tolist() == [1, 0, 1]
    assert found.taken.target == 'column "tree" (0), the only column of words'
    assert read("oak,1,2\nash,3,4\noak,5,7\n").y.tolist() == [1, 0, 1]


def test_two_columns_that_may_be_the_class_are_asked_about() -> None:
    text = "species,a,target\nu,1,0\nv,2,1\n"
    assert problem(text) == (
        'column "species" (0) and column "target" (2) are named like a class; '
        'say which one it is: data.target="species" or data.target="target"'
    )
    assert 'column "species" (0): got "u"; allowed a number' in problem(text, "target")


@pytest.mark.parametrize("target", ["kind", "Kind", " KIND ", 0, -3])
def test_the_target_is_named_or_counted(target: str | int) -> None:
    found = read("kind,a,label\n5,1,0\n7,2,1\n5,3,1\n", target)
    assert found.taken.target == 'column "kind" (0), as data.target says'
    assert (found.y.tolist(), found.names) == ([0, 1, 0], ("5", "7"))
    assert found.features == ("a", "label")


@pytest.mark.parametrize(
    ("text", "target", "line"),
    [
        ("abc,b\n1,x\n", "abd", 'got "abd", which is no column; did you mean "abc"?'),
        ("a,b\n1,x\n", "price", 'got "price", which is no column; allowed a, b'),
        ("a,b\n1,x\n", 2, "got 2; allowed 0 to 1, counted from 0, or from the end -1 to -2"),
        ("a,b\n1,x\n", -3, "got -3; allowed 0 to 1, counted from 0, or from the end -1 to -2"),
        ("a,a\n1,x\n", "a", 'got "a", the name of columns 0 and 1; allowed the place of one'),
        ("1,2\n3,4\n", "a", 'got "a", but the file has no header; allowed 0 to 1, the place'),
        (
            "1,a,b\n3,4,u\n",
            1,
            'got 1, which is the place of column "a" (1) and the name of column "1" (0); '
            'write "1" in quotes for the name, or -2 for the place',
        ),
    ],
)
def test_a_target_that_is_none(text: str, target: str | int, line: str) -> None:
    assert problem(text, target).startswith(f"data.target: {line}")


@pytest.mark.parametrize(
    ("header", "first", "left"),
    [
        (",a,b,c", "{n}", "column 0"),
        ("Unnamed: 0,a,b,c", "{n}", 'column "Unnamed: 0" (0)'),
        ("Id,a,b,c", "{m}", 'column "Id" (0)'),
        ("PassengerId,a,b,c", "{m}", 'column "PassengerId" (0)'),
        ("sample_id,a,b,c", "T{m}", 'column "sample_id" (0)'),
        ("a,b,c", "{m}", "column 0"),
        ("a,b,c", '"row {m}"', "column 0"),
    ],
    ids=["pandas", "pandas twice", "id", "camel", "words", "R", "R, words"],
)
def test_columns_that_number_the_rows_are_left_out(header: str, first: str, left: str) -> None:
    rows = [f"{first.format(n=n, m=n + 1)},{n * n},{n % 2},{'uv'[n % 2]}" for n in range(4)]
    found = read("\n".join([header, *rows]))
    assert found.features == ("a", "b")
    assert found.x.tolist() == [[n * n, n % 2] for n in range(4)]
    assert notes(found) == (f"{left} is left out: it numbers or names the rows",)


def test_what_may_be_a_feature_stays_one() -> None:
    found = read("id,c\n1,u\n2,v\n3,u\n")
    assert found.x.tolist() == [[1], [2], [3]]
    found = read("id,a,c\n1,2,u\n1,3,v\n2,4,u\n")
    assert found.features == ("id", "a")
    rows = [f"{842 - 7 * n * n},.5,{'uv'[n % 2]}" for n in range(12)]
    found = read("\n".join(rows))
    assert found.x[:, 0].tolist() == [842 - 7 * n * n for n in range(12)]
    assert notes(found)[1:] == (
        "column 0 is taken as a feature, though it holds another whole number in each row; "
        "if it only numbers them, delete it",
    )


def labelled(labels: list[str]) -> str:
    return "a,b,t\n" + "".join(f"{n / 7},{n % 5},{label}\n" for n, label in enumerate(labels))


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        (["0.0", "1.0"] * 6, ()),
        (["0.000000000000000000e+00", "1.000000000000000000e+00"] * 6, ()),
        (["1", "2", "3"] * 4, ("1", "2", "3")),
        (["-1", "1"] * 6, ("-1", "1")),
        (["3", "8"] * 6, ("3", "8")),
        (["yes", "no"] * 6, ("no", "yes")),
        (["True", "False"] * 6, ("False", "True")),
        (["none", "mild"] * 6, ("mild", "none")),
        (["--1", "+-1"] * 6, ("+-1", "--1")),
    ],
)
def test_labels_that_are_classes(labels: list[str], names: tuple[str, ...]) -> None:
    found = read(labelled(labels))
    assert found.y.ndim == 1
    assert found.names == names
    assert not found.taken.quantity


@pytest.mark.parametrize(
    "labels",
    [
        pytest.param([str(200_000 + 1000 * n) for n in range(60)], id="prices"),
        pytest.param([str(n + 1) for n in range(60)], id="counted"),
        pytest.param([str(n * n % 101) for n in range(60)], id="more than half differ"),
        pytest.param([f"{n * n % 7 / 2}" for n in range(60)], id="fractions"),
        pytest.param([f"{n}.0" for n in range(10, 70)], id="whole floats"),
    ],
)
def test_numbers_that_are_no_classes_are_targets(labels: list[str]) -> None:
    found = read(labelled(labels))
    assert found.y[:, 0].tolist() == [float(label) for label in labels]
    assert found.taken.quantity.endswith(
        f"from {min(map(float, labels)):g} to {max(map(float, labels)):g}"
    )
    # A few of them, held out, may look like classes: the first file says what they are.
    few = read(labelled(labels[:5]), part=True)
    assert few.y.ndim == (2 if "." in labels[1] and not labels[1].endswith(".0") else 1)


def test_numbers_that_count_are_classes_if_somebody_says_so() -> None:
    found = read(labelled([str(n) for n in range(26)]), "t")
    assert found.y.tolist() == list(range(26))
    assert "26 classes" in found.taken.classes


@pytest.mark.parametrize(
    ("labels", "said"),
    [
        ([f"w{n}" for n in range(60)], "60 classes"),
        ([str(n % 30 * 7) for n in range(90)], "30 classes"),
    ],
)
def test_odd_classes_are_taken_and_said(labels: list[str], said: str) -> None:
    taken = read(labelled(labels)).taken
    assert taken.classes.startswith(said)
    assert taken.classes.endswith("?")
    # Of the other columns one may be the classes: it is named, unless somebody has chosen.
    other = 'column "b" (1) holds 5 classes: data.target="b"'
    assert list(taken.lines())[-1] == ("note", other)
    assert read(labelled(labels), "t").taken.other == ""


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["1,5", "2,25"], [1.5, 2.25]),
        (["1.234,5", "2,5"], [1234.5, 2.5]),
        (["1,234", "0,5"], [1.234, 0.5]),
        (["1,234.5", "2,500"], [1234.5, 2500]),
        (["1,234,567", "2,500"], [1234567, 2500]),
        (["-1,5e3", "+,5"], [-1500, 0.5]),
        (["True", "FALSE"], [1, 0]),
    ],
)
def test_numbers_as_people_write_them(cells: list[str], values: list[float]) -> None:
    for separator in ";,":
        rows = [f'"{cell}"{separator}{n % 2}' for n, cell in enumerate(cells)]
        found = read("\n".join([f"a{separator}t", *rows]))
        assert found.x[:, 0].tolist() == values


def test_commas_that_can_be_read_in_two_ways_are_asked_about() -> None:
    said = "in which a comma may be a decimal one or separate thousands; write numbers with a point"
    assert said in problem("a;t\n1,234;u\n2,500;v\n")
    assert said in problem("a;t\n1,5;u\n2,500.5;v\n")
    assert problem("a;t\n1,5;u\n2.5;v\n3,5;v\n").endswith("with a decimal comma as elsewhere")


def test_a_text_in_quotes_may_hold_anything() -> None:
    found = read('a,"the, class"\n1,"x, y"\n2,"say ""z"""\n3,"two\nlines"\n')
    assert found.names == ('say "z"', "two\nlines", "x, y")
    assert problem('a,b,c\n1,2,"two\nlines"\nq,2,v\n2,3,v\n').startswith('line 4: column "a"')


def test_a_class_that_asks_is_no_doubtful_target() -> None:
    answers = [*"abcdefg", "why?"]
    rows = "".join(f"{n % 2},{n}.5,{answers[n % 8]}\n" for n in range(24))
    taken = read(f"coin,p,answer\n{rows}").taken
    assert taken.classes.endswith(", why?")
    assert taken.other == ""


def test_a_doubtful_target_names_another_column() -> None:
    rows = "".join(f"{n % 2},{n}.5,{n // 2 * 7}\n" for n in range(44))
    taken = read(f"coin,p,price\n{rows}").taken
    assert taken.classes.endswith("; many whole numbers: a quantity?")
    assert taken.other == 'column "coin" (0) holds 2 classes: data.target="coin"'


ALMOST = {
    "0.5%": " alone, as 1234.5: without unit, currency, % or marks between thousands",
    "$0.5": " alone, as 1234.5: without unit, currency, % or marks between thousands",
    "\u20ac 5": " alone, as 1234.5: without unit, currency, % or marks between thousands",
    "12 cm": " alone, as 1234.5: without unit, currency, % or marks between thousands",
    "1'234": " alone, as 1234.5: without unit, currency, % or marks between thousands",
    "\u22120.5": ", with the minus sign of the keyboard",
}


@pytest.mark.parametrize("cell", ALMOST)
@pytest.mark.parametrize("rows", [1, 12])
def test_a_number_with_something_about_it_is_no_word(cell: str, rows: int) -> None:
    text = "a,b,kind\n" + "".join(f"{cell},{n},{'uv'[n % 2]}\n" for n in range(rows))
    assert problem(text) == (
        f'line 2: column "a" (0): got "{cell}"; allowed a number{ALMOST[cell]}'
    )


NAMES = "name,a,sex,survived\n" + "".join(
    f"Person {n},{n / 4},{'mf'[n % 2]},{n % 3 % 2}\n" for n in range(12)
)


def test_names_of_the_rows_are_no_classes_and_make_no_columns() -> None:
    assert problem(NAMES, "survived") == (
        'line 2: column "name" (0): got "Person 0"; allowed a number in each feature; '
        "delete the column: almost all of its words differ"
    )
    rest = "\n".join(line.partition(",")[2] for line in NAMES.splitlines())
    assert 'columns=["sex"]' in problem(rest, "survived")
    # One column of words alone would be the class.
    named = "\n".join(",".join(np.delete(line.split(","), 2)) for line in NAMES.splitlines())
    assert problem(named).startswith('line 2: column "name" (0): got "Person 0"')


def test_errors_of_spreadsheets_are_missing_values_and_no_comments() -> None:
    rows = "1,2,u\n3,4,v\n"
    for cell in ("#DIV/0!", "#REF!", "#N/A", "#VALUE!", "#NUM!", "#NAME?"):
        said = "1 row of 3 has no value"
        assert f'line 4: column "a" (0): got "{cell}"; {said}' in problem(
            f"a,b,c\n{rows}{cell},5,u\n"
        )
        assert f'line 4: the target, column "c" (2): got "{cell}"; {said}' in problem(
            f"a,b,c\n{rows}5,6,{cell}\n"
        )


@pytest.mark.parametrize(
    ("one", "other"), [("Oak", "oak"), ("red oak", "redoak"), ("None", "none")]
)
def test_classes_that_differ_by_a_slip_are_told(one: str, other: str) -> None:
    found = read(f"a,kind\n1,{one}\n2,elm\n3,{other}\n4,elm\n")
    assert found.taken.classes.startswith("3 classes")
    first, second = sorted((one, other))
    assert notes(found) == (
        f'the classes "{first}" and "{second}" differ in capital letters or blanks alone, '
        "and count as two",
    )


def test_a_class_that_almost_each_row_has_of_its_own_is_doubtful() -> None:
    rows = "".join(f"{n % 2},{n / 4},w{n // 2 if n < 4 else n}\n" for n in range(12))
    taken = read(f"coin,p,word\n{rows}").taken
    assert taken.classes.endswith("; almost as many as examples: names of the rows?")
    assert taken.other.startswith('column "coin" (0)')


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\n<!DOCTYPE html>\n<html><body>a,b</body></html>\n", "is a web page and no table; "),
        ("<html>\n<p>a,b\n", "is a web page and no table; "),
        ('[{"a": 1, "b": 2},\n{"a": 1, "b": 2}]\n', "is JSON and no table; "),
        ('[\n  {"a": 1,\n   "b": 2}\n]\n', "is JSON and no table; "),
    ],
)
def test_what_is_saved_as_a_table_by_mistake(text: str, said: str) -> None:
    assert problem(text).startswith(said)
