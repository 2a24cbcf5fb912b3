"""What people see of a run: the Allure report, its tables, pictures and figures."""
