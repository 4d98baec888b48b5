void slbench_placeholder(void) {}
