"""Computes the verdict from the journal. Pure, except for the readers of the Allure and JUnit results."""
