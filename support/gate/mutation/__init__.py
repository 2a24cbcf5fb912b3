"""The kill matrix: every broken variant of the reference systems against the scenarios that must notice it.

`./accept --prove` judges the sound systems first, which must be green. Then each variant is judged by the scenarios of
the requirements that it breaks, at least one of which must fail, and by bystanders, none of which may: the quickest
scenario of every requirement that it does not touch; of those that take long, one, by turns.
"""
