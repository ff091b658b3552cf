from airflow import DAG
from airflow.models.baseoperator import chain
from airflow.operators.bash import BashOperator
from airflow.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sensors.time_delta import TimeDeltaSensor
from airflow.sensors.filesystem import FileSensor
from airflow.utils.task_group import TaskGroup
from datetime import timedelta

with DAG(dag_id="groups", schedule=None) as dag:
    wait = TimeDeltaSensor(task_id="wait", delta=timedelta(hours=2))
    there = FileSensor(task_id="there", filepath="/data/in.csv", on_failure_callback=print)

    with TaskGroup("prepare") as prepare:
        unpack = BashOperator(task_id="unpack", bash_command="tar xf in.tar")
        sort = BashOperator(task_id="sort", bash_command="sort in.csv")
        unpack >> sort

    for table in ["a", "b"]:
        BashOperator(task_id=f"copy_{table}", bash_command="cp")

    report = BashOperator(task_id="report", bash_command="report", trigger_rule="all_skipped")
    start = TriggerDagRunOperator(task_id="start", trigger_dag_id="other")
    chain([wait, there], prepare, start)
    sort >> report
