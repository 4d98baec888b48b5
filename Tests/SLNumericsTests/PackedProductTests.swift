import SLNumerics
import SLRandom
import Testing
