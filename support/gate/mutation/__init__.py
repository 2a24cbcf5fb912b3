"""The kill matrix: every broken variant of the reference systems, and the scenarios that must fail on it.

`./accept --prove` first judges the unchanged systems, which must be green. Then each variant is judged by the scenarios of the
requirements that it breaks, at least one of which must fail, and by bystanders, none of which may fail: the quickest scenarios of
eight requirements that the variant does not affect, and one of the slow scenarios, others for each variant. In the whole matrix,
scenarios with the steps at which the table of clauses expects the failure are tried first.
"""
