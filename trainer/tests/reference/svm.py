"""Optima of support vector machines by scikit-learn (LIBSVM), for trainer/src/fit/svm/tests.rs.

    pip install scikit-learn==1.9.1
    python trainer/tests/reference/svm.py > trainer/tests/reference/svm.csv

Columns: task, kernel, c, the minimum of the dual problem, and the values for the first rows. Numbers
are the target of the first rows of diabetes.csv divided by 100, with epsilon 0.1; labels are whether it is above 140.
"""

import csv
import pathlib
import sys

import numpy as np
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, SVR

N_ROWS = 150
N_VALUES = 6
KERNELS = {
    "linear": {"kernel": "linear"},
    "rbf": {"kernel": "rbf", "gamma": 0.1},
    "polynomial": {"kernel": "poly", "degree": 2, "gamma": 0.1, "coef0": 1.0},
    "sigmoid": {"kernel": "sigmoid", "gamma": 0.01, "coef0": -0.5},
}

path = pathlib.Path(__file__).parents[2] / "data" / "diabetes.csv"
rows = list(csv.reader(path.open()))
data = np.array(rows[1 : 1 + N_ROWS], float)
x, progression = StandardScaler().fit_transform(data[:, :-1]), data[:, -1]
dots = x @ x.T
squares = np.square(x).sum(axis=1)
MATRICES = {
    "linear": dots,
    "rbf": np.exp(-0.1 * (squares[:, None] + squares[None, :] - 2 * dots)),
    "polynomial": (0.1 * dots + 1) ** 2,
    "sigmoid": np.tanh(0.01 * dots - 0.5),
}
out = csv.writer(sys.stdout, lineterminator="\n")
for task in ["numbers", "labels"]:
    for kernel, params in KERNELS.items():
        for c in [0.01, 1.0, 100.0, 1000.0]:
            if task == "numbers":
                y, eps = progression / 100, 0.1
                model = SVR(C=c, epsilon=eps, tol=1e-6, **params).fit(x, y)
                values = model.predict(x)
            else:
                y, eps = np.where(progression > 140, 1.0, -1.0), 0.0
                model = SVC(C=c, tol=1e-6, **params).fit(x, y)
                values = model.decision_function(x)
            w = np.zeros(len(y))
            w[model.support_] = model.dual_coef_[0]
            minimum = 0.5 * w @ MATRICES[kernel] @ w - y @ w + eps * np.abs(w).sum()
            print(task, kernel, c, model.n_iter_, file=sys.stderr)
            out.writerow([task, kernel, c, repr(float(minimum)), *map(repr, map(float, values[:N_VALUES]))])
