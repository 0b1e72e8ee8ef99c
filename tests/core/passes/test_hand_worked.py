"""Networks small enough to be worked by hand."""

import numpy as np
import pytest

from backprop_core import Network, factors, trace


def test_the_neuron_of_cs231n() -> None:
    # cs231n.github.io/optimization-2: w = 2, -3, bias -3, x = -1, -2; f = 0.73, slope 0.2.
    net = Network(
        (np.array([[2.0, -3.0]]), np.array([[1.0]])),
        (np.array([-3.0]), np.array([0.0])),
        output="identity",
    )
    t = trace(net, np.array([[-1.0, -2.0]]), np.array([[-0.2689414213699951]]), "quadratic")
    assert t.z[0].item() == 1
    assert t.a[1].item() == pytest.approx(0.731, abs=5e-4)
    assert t.slope[0].item() == pytest.approx(0.197, abs=5e-4)
    # The targets make the gradient at the neuron's output 1, so these are those of the page.
    np.testing.assert_allclose(t.dW[0], [[-0.197, -0.393]], atol=5e-4)
    np.testing.assert_allclose(t.db[0], [0.197], atol=5e-4)
    np.testing.assert_allclose(t.dx, [[0.393, -0.590]], atol=5e-4)


def test_two_layers_two_examples() -> None:
    # relu: z1 = (1, -1) and (2, 4); z2 = 1 + 0 = 1 and 2 + 2*4 = 10; targets 0 and 7.
    net = Network(
        (np.array([[1.0], [5.0]]), np.array([[1.0, 2.0]])),
        (np.array([0.0, -6.0]), np.array([0.0])),
        "relu",
        "identity",
    )
    t = trace(net, np.array([[1.0], [2.0]]), np.array([[0.0], [7.0]]), "quadratic")
    assert t.loss == (0.5 * 1**2 + 0.5 * 3**2) / 2
    np.testing.assert_array_equal(t.delta[1], [[0.5], [1.5]])
    np.testing.assert_array_equal(t.dW[1], [[0.5 * 1 + 1.5 * 2, 1.5 * 4]])
    np.testing.assert_array_equal(t.delta[0], [[0.5, 0], [1.5, 3.0]])
    np.testing.assert_array_equal(t.dW[0], [[0.5 * 1 + 1.5 * 2], [3.0 * 2]])
    np.testing.assert_array_equal(t.db[0], [2.0, 3.0])
    np.testing.assert_array_equal(t.dx, [[0.5], [1.5 + 15]])
    signal = np.sqrt(((2 * 0.5) ** 2 + (2 * 1.5) ** 2 + (2 * 3) ** 2) / 2)
    assert 10 ** t.log10_norm("signal")[0] == pytest.approx(signal)


@pytest.mark.parametrize("depth", [5, 400])
def test_the_signal_neither_grows_nor_shrinks(depth: int) -> None:
    # z = 4 * 0.5 - 2 = 0 in every layer, so a = 0.5, the slope 1/4, and 4 * 1/4 = 1.
    net = Network((np.array([[4.0]]),) * depth, (np.array([-2.0]),) * depth)
    t = trace(net, np.array([[0.5]]), np.array([0]))
    assert np.abs(np.diff(t.log10_norm("signal"))).max() == 0
    parts = factors(t)
    assert (parts.weight_part == 4).all()
    assert (parts.slope_part == 0.25).all()
    assert (parts.total == 1).all()


def test_two_classes_by_hand() -> None:
    # Output z = 0, 0: softmax 1/2, 1/2; class 1; loss log 2; delta (1/2, -1/2).
    net = Network((np.zeros((2, 3)),), (np.zeros(2),), output="softmax")
    t = trace(net, np.ones((1, 3)), np.array([1]))
    assert t.loss == pytest.approx(np.log(2))
    np.testing.assert_array_equal(t.delta[0], [[0.5, -0.5]])


def test_hinge_by_hand() -> None:
    # Scores 3, 1, 2.5 and class 0: margins 1 - 3 + 1 < 0 and 2.5 - 3 + 1 = 0.5.
    net = Network((np.array([[3.0], [1.0], [2.5]]),), (np.zeros(3),), output="identity")
    t = trace(net, np.ones((1, 1)), np.array([0]), "hinge")
    assert t.loss == 0.5
    np.testing.assert_array_equal(t.delta[0], [[-1, 0, 1]])


def test_a_confident_output_keeps_its_gradient() -> None:
    # 1 - sigmoid(60) is e^-60, where a - 1 in floats is 0.
    for output, bias in (("sigmoid", [60.0, -60.0]), ("softmax", [60.0, 0.0])):
        net = Network((np.zeros((2, 1)),), (np.array(bias),), output=output)
        t = trace(net, np.ones((1, 1)), np.array([0]))
        np.testing.assert_allclose(t.delta[0], [[-np.exp(-60), np.exp(-60)]], rtol=1e-13)
        assert 0 < t.loss < 1e-25
