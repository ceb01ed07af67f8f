"""Takes in pictures, keeps them untouched and private, and keeps what models are sent of them."""
