"""The built page in browsers other than Chromium, drawn on with their real pointers."""
