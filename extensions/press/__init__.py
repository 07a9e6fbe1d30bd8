"""press: what turns the articles into a website, PDFs and EPUBs."""
