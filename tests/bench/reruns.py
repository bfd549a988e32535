def rerun_medians(url): return {}
