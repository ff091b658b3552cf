"""A DAG of functions."""
from airflow.decorators import dag, task
from datetime import datetime


@dag(schedule="0 6 * * 1", start_date=datetime(2026, 1, 1), tags=["letters"])
def weekly_letters():
    @task(retries=3)
    def find_people(limit: int):
        return ["ada", "grace"]

    @task
    def write_letter(name: str):
        return f"Dear {name}"

    @task.bash
    def send(letters: list):
        return "mail"

    @task.branch
    def decide(letters):
        return "send"

    people = find_people(limit=20)
    letters = write_letter.expand(name=people)
    send(letters) << decide(letters)


weekly_letters()
