def collect(file_path, parent):
    return None
