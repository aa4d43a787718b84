"""What the screens of the services share: the page shell, and the pages that say no."""
