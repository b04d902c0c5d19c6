"""Writes the files that the tests of package npy read: python3 fixture.py, in this
folder. Each array holds the numbers that the tests expect, see npy_test.go."""
import numpy as np

matrix = np.array([[1, 2, 3], [4, 5, 6]])
arrays = {f"{order}{kind}": matrix.astype(order + kind)
          for kind in ["i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f2", "f4", "f8"] for order in "<>"}
np.savez_compressed(
    "numbers.npz", **{name.replace("<", "little_").replace(">", "big_"): a for name, a in arrays.items()},
    bool=matrix % 2 == 1, columns=np.asfortranarray(matrix), cube=np.asfortranarray(np.arange(24).reshape(2, 3, 4)),
    special=np.array([-2.5, 6e-8, np.inf, np.nan], np.float16), negative=np.array([-1, -128], np.int8),
    scalar=np.float64(7), vector=np.array([0.1, 1e300]), empty=np.zeros((0, 3)), half=np.array([0.5]))
np.savez("text.npz", unicode=np.array(["ä", "", "日本"]), bytes=np.array([b"setosa", b"virginica"]), big=np.array(["x"]).astype(">U3"))
np.save("matrix.npy", matrix.astype(np.float32))
np.lib.format.write_array(open("version2.npy", "wb"), matrix.astype(np.float32), version=(2, 0))
np.save("object.npy", np.array([{}, None], object), allow_pickle=True)
np.save("record.npy", np.zeros(2, [("a", "f8"), ("b", "i4")]))
np.save("complex.npy", np.zeros(2, complex))
