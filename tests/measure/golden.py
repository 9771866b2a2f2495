"""What Python programs say of the inputs in a folder, as rows "quantity,value,error,tolerance,program" on standard output.

    python3 golden.py FOLDER

The folder holds durations.csv; PyPI ships lifelines.
"""
import pathlib
import sys
import warnings

import lifelines
import pandas

# It wants to hear why weights are not whole numbers; estimates do not mind.
warnings.simplefilter("ignore")
PROGRAM = f"lifelines {lifelines.__version__}"
path = pathlib.Path(sys.argv[1]) / "durations.csv"


def told(quantity, value, error=""):
    shown = repr(error) if error else ""
    print(f"{quantity},{value!r},{shown},1e-09,{PROGRAM}")


if path.exists():
    spells = pandas.read_csv(path)
    for name, weights in (("unweighted", None), ("weighted", spells.weight)):
        fit = lifelines.KaplanMeierFitter().fit(spells.time, spells.ended, weights=weights)
        # lifelines keeps Greenwood's sum to itself; the interval on the plain scale is not offered.
        greenwood = fit._cumulative_sq_ if weights is None else None
        for time in (1, 2, 3, 5, 50):
            if time <= spells.time.max():
                value = float(fit.predict(time))
                known = greenwood is not None and time in greenwood.index
                error = value * float(greenwood[time]) ** 0.5 if known else ""
                told(f"survival_{name}_{time}", value, error)
