"""An Airflow DAG of one task, which calls the command line: a run every quarter of an hour."""

from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

# An environment of its own on every worker: what Airflow needs and what autotrain needs never meet.
AUTOTRAIN = "/opt/autotrain/bin/autotrain"

with DAG(
    dag_id="autotrain",
    description="Decide what each mouse runs next, and publish it.",
    schedule="*/15 * * * *",
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,  # a run decides everything from scratch: yesterday's needs no making up for
    max_active_runs=1,
) as dag:
    BashOperator(
        task_id="run",
        bash_command=f"{AUTOTRAIN} run --log json",
        env={"AUTOTRAIN_SETTINGS": "/etc/autotrain/autotrain.toml"},
        append_env=True,
        retries=2,  # a store that did not answer is asked again; where that does not help, it harms nothing
        retry_delay=timedelta(minutes=5),
        execution_timeout=timedelta(hours=2),
    )
