"""The browser side: the only package that knows both Streamlit and the services."""
