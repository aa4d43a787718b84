"""What an uploaded file is by its bytes, whatever it is called: JPEG, PNG or PDF, whole, and nothing else beside."""
