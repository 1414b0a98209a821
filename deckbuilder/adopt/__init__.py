"""What others wrote (packages by any tool, question lists in any dialect) -> a deck folder of ours."""
