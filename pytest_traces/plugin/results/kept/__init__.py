"""`--trace-keep`: writes traces where tests run, and indexes them where reports arrive."""
