"""The shell of the pages: navigation, home, the staff desk. The screens stay in the features."""
