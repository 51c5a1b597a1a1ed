"""The simulated company: who sells, what comes in, how each deal goes. Pure: a seed goes in, plain columns come out."""
