from datetime import datetime, timedelta

from airflow import DAG
from airflow.operators.bash import BashOperator
from airflow.operators.empty import EmptyOperator
from airflow.operators.python import PythonOperator

default_args = {"retries": 2, "retry_delay": timedelta(minutes=5)}


def load_rows():
    return 3


with DAG("etl", schedule="@daily", start_date=datetime(2026, 1, 1), default_args=default_args, catchup=False) as dag:
    begin = EmptyOperator(task_id="begin")
    extract = BashOperator(task_id="extract", bash_command="curl https://data.example.com/{{ ds }}")
    load = PythonOperator(task_id="load", python_callable=load_rows, execution_timeout=timedelta(minutes=30))
    check = BashOperator(task_id="check", bash_command="./check.sh", retries=0)
    clean = BashOperator(task_id="clean", bash_command="rm -rf /tmp/etl", trigger_rule="all_done")
    alarm = BashOperator(task_id="alarm", bash_command="./alarm.sh", trigger_rule="one_failed")

    begin >> extract >> [load, check]
    [load, check] >> clean
    [load, check] >> alarm
