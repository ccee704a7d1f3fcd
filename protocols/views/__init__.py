"""The screens of protocols."""
