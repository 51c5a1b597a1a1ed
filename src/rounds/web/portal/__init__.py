"""The portal: what customers see, an audience of its own."""
