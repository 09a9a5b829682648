"""The round after submission: comments of reviewers, answers, what changed for which comment, and what goes back."""
