import pendulum
from airflow.sdk import DAG
from airflow.providers.standard.operators.python import BranchPythonOperator, ShortCircuitOperator
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.utils.trigger_rule import TriggerRule

dag = DAG(dag_id="branching", schedule=None, start_date=pendulum.datetime(2026, 1, 1), params={"limit": 10})

count = SQLExecuteQueryOperator(task_id="count", conn_id="warehouse", sql="select count(*) from orders", dag=dag)
is_open = ShortCircuitOperator(task_id="is_open", python_callable=lambda: True, dag=dag)
which = BranchPythonOperator(task_id="which", python_callable=lambda: "small", dag=dag, pool="slow")
small = EmptyOperator(task_id="small", dag=dag)
large = EmptyOperator(task_id="large", dag=dag)
join = EmptyOperator(task_id="join", trigger_rule=TriggerRule.NONE_FAILED_MIN_ONE_SUCCESS, dag=dag)
forget = SQLExecuteQueryOperator(task_id="forget", sql="delete from orders_seen", trigger_rule="none_failed", dag=dag)

count.set_downstream(is_open)
is_open >> which >> [small, large] >> join
join.set_downstream(forget)
