print("slbench")
