/** What each field means, by place: what editors show. `npm run format:dump` fails where a field has none, or one has no field. */
export const DESCRIPTIONS: Record<string, Record<string, string>> = {
  workflow: {
    name: 'The name by which the workflow is started and shown.',
    $schema: 'The JSON Schema that an editor checks the file with; the engine does not read it.',
    workflow_id: 'A number of your choice; without it one from 10000 on.',
    description: 'What the workflow does, in a sentence.',
    visibility:
      'Who may see its runs: private (default), the owner and whom they grant it; public, everybody.',
    mcp: 'true: agents may start it as a tool of the MCP server, with its input contract. Default: false.',
    input: "Contract of a run's input.",
    output: "Contract of a run's result.",
    result:
      "The run's output, with $ paths in it. Default: the outputs of the conversations without branches, by name.",
    limits: 'What a run may use before it is stopped.',
    retention: 'How long finished runs are kept, by environment. Default: for ever.',
    concurrency:
      'How many runs with the same key go on at once, and what happens to others. Default: any number.',
    debounce:
      'Starts that follow each other become one run with the last input. Default: each start is a run.',
    collect: 'Starts become one run with the items of all of them. Default: each start is a run.',
    throttle: 'How many runs with the same key begin within a time. Default: any number.',
    probes: 'State that is measured before and after a run: name → query.',
    expected_work: 'Work that is counted before a run: name → query.',
    delta: "What the run's record shows as difference: label → probe.",
    anomalies: 'What the difference should have been: label of the delta → name of expected work.',
    pending_tasks: 'One query whose rows are inputs that wait for this workflow.',
    on_completion: 'Workflows that start when a run completes.',
    on_failure: 'Workflows that start when a run fails.',
    on_cancel: 'Workflows that start when a run is cancelled.',
    on_end: 'Workflows that start when a run ends, however it ends.',
    load: 'Rows that the run works on: name → query. The first row is $name; :field is a field of the input.',
    start:
      'Where a run starts. Default: the conversations without an incoming branch that are not entries.',
    entries: 'Other conversations at which a run may start.',
    conversations: 'The nodes of the graph.',
    steps: 'Conversations. If none of them has branches, they follow each other.',
  },
  limits: {
    max_interactions:
      'Maximum number of interactions of a run; skipped and copied ones do not count.',
    max_duration:
      'Longest time; pauses and times in which everything waits on a person, signal or timer do not count.',
    max_tokens: 'Maximum number of tokens of prompts and answers together.',
    max_cost: "Highest cost, in the currency of the actors' prices.",
  },
  retention: {
    dev: 'In dev, for example 7d.',
    test: 'In test.',
    uat: 'In uat.',
    prod: 'In prod, for example 365d.',
  },
  concurrency: {
    key: 'What runs have in common, for example $input.customer. Default: all runs of the workflow share one key.',
    limit: 'Maximum number of runs with one key at a time. Default: 1.',
    on_conflict:
      'If the limit is reached: queue (the run waits, default), replace (the oldest run is cancelled), skip (the new run is cancelled).',
  },
  debounce: {
    key: 'What starts have in common, for example $input.customer. Default: all starts share one key.',
    for: 'The run begins when no start came for so long.',
    max_delay: 'The longest time from the first start to the begin. Default: any time.',
  },
  collect: {
    field: 'The list of the input whose items are put together.',
    key: 'What starts have in common, for example $input.customer. Default: all starts share one key.',
    for: 'The run begins so long after the first start.',
    max_items: 'The run begins at once with so many items. Default: 100.',
  },
  throttle: {
    rate: 'Maximum number of runs that begin within a time, for example 10/1m.',
    key: 'What runs have in common, for example $input.customer. Default: all runs share one key.',
    on_conflict:
      'If the rate is used up: queue (the run waits, default), skip (the run is cancelled).',
  },
  trigger: {
    workflow: 'The workflow that starts: name or number.',
    workflow_id: 'Another spelling of workflow.',
    when: 'A predicate in the $ language. Without it: always.',
    condition: 'Another spelling of when; bare words are labels of the delta.',
    input: 'The input of the run that starts, with $ paths in it.',
    enabled: 'false: it is kept and does nothing.',
  },
  conversation: {
    name: 'The name by which others read its output.',
    conversation_id: 'A number of your choice; it stays the same across versions.',
    description: 'What the conversation does, in a sentence.',
    type: 'Which type of actor does the work. Default: the type of its actor.',
    actor: "Who does the work: an actor's name, or one that data chooses from a list.",
    sql: 'The statement that this conversation runs, or the fields of its sql actor.',
    http: 'The url that this conversation calls, or the fields of its http actor.',
    script:
      'The command that this conversation runs, in the folder scripts, or the fields of its script actor.',
    system: "The model's system prompt.",
    prompt:
      'The prompt; {{ … }} puts in what other conversations answered, with filters; {% for %} and {% if %} repeat and choose. Or a prompt by its name, for example { use: grade@production }.',
    params: 'Parameters, with $ paths in them, which keep their types, and texts with {{ … }}.',
    input: 'The input of a sub-workflow, with $ paths in it.',
    options: "Options of the model, over the actor's; with $ paths in them.",
    entry:
      'false: a run cannot start here. true: it may, even behind an approval. Default: not behind an approval.',
    cache: 'Whether an answer to the same question may come from the table of answers.',
    timeout:
      "How long one attempt may take. Default: the actor's, else 5m; what waits for a person, time, signal or child run waits without one.",
    retry: 'How often and when a failed attempt is made again. Default: 3 attempts.',
    branches: 'What follows: names, or branches with conditions.',
    requires:
      'Conversations that lead here without a branch of their own, for example review.approved.',
    route: 'all (default): every branch that matches is taken; first: only the first.',
    tags: 'The closed set of tags. Default: the tags of its branches. first_line or last_line: the tag is all of that line.',
    race: 'cancel: when it starts, what is still open and only leads to it is cancelled.',
    may_skip:
      'true: it may answer [SKIP], or data with status: skipped. Then it is skipped, and takes no branch.',
    join: 'When it starts. merge (default): when all sources are resolved and one was taken. all: when all were taken. any, or a number: as soon as so many were taken. (a and b) or c: as soon as that holds.',
    on_failure:
      'What a failure for good that no branch handles does: fail_run (default) or continue.',
    compensate:
      'What undoes the step if the run fails or is cancelled: {actor, params: {booking: $output.booking}}. It reads output, input, error, and run. true: what the child run did is undone by its own compensations.',
    output: "Contract of the output's data; a model is asked for JSON of this form.",
    for_each:
      'One interaction for each item of this list; {{ item }} is the item. None for an optional path ($a.data.items ?) that is missing.',
    samples: 'How many times it is done, as for_each over 1 to that number.',
    vote: 'Which answer counts: majority, that of more than half of the items; plurality, that of no fewer than any other.',
    max_parallel: 'Maximum number of items at once.',
    tolerate: 'How many items may fail.',
    images:
      'Pictures for the model: PNG, JPEG, GIF, or WebP in base64 or as data: URLs, for example $input.scans[*].',
    assignees: 'Who may decide. Without it: everybody who may decide at all.',
    notify: 'Whom to notify that it waits for a person.',
    due: 'Until when to decide, or a signal has to come, and what happens then.',
    four_eyes: 'true: whoever started the run may not decide.',
    form: 'What a person fills in, as a JSON Schema.',
    wait: 'How long a timer waits.',
    until: 'Until when a timer waits.',
    signal: 'The name of the signal that it waits for.',
    workflow: 'The workflow that runs as a child: name or number.',
    block:
      'Several steps that are one: {steps, result, on_failure, finally}. They run as a child, and read what is outside by its name.',
    handler: 'The handler of a function, in place of an actor.',
  },
  block: {
    steps: 'What it does. Without any branches, they follow each other.',
    conversations: 'Another spelling of steps, without that.',
    result: "The block's data. Default: the outputs of its last steps, by name.",
    on_failure:
      'Steps that run if one of the others fails; they read error. If they complete, so does the block.',
    finally: 'Steps that run last in any case: after success, failure, and cancel.',
  },
  branch: {
    to: 'The conversation that follows. none: the branch leads nowhere. END: it ends the run as completed.',
    when: 'When it is taken: "[TAG]", a list of tags, or a predicate, for example $extract.data.score > 3. Without it: always.',
    condition: 'Another spelling of when.',
    otherwise: 'true: taken if no other conditional branch was.',
    after: 'Which outcome it leaves from. Default: success.',
    loop: 'Marks a branch that leads back. The value is the maximum number of takings each time the loop is entered. It may be data: $input.max.',
    description: 'What the branch means, in a sentence.',
  },
  retry: {
    max_attempts: 'Maximum number of attempts, the first one counted. Default 3.',
    delay: 'The wait before the second attempt. Default 1s.',
    factor: 'Each wait is the one before times this. Default 2.',
    max_delay: 'The longest wait. Default 1m.',
    jitter: 'How much of the wait is left to chance, from 0 to 1. Default 0.2.',
    codes: 'Other policies for single error codes.',
    when: "Which errors are retried: a predicate over $error. Overrides the error's own `retryable`.",
  },
  due: {
    after: 'How long after it began to wait.',
    then: 'What happens then: fail, or a decision, for example APPROVED.',
  },
  choice: {
    choose: 'A path to the name of the actor, for example $input.model.',
    from: 'The actors that it may be, all of one type. Any other name fails the interaction.',
  },
  escalation: {
    after: 'How long after it began to wait.',
    remind: 'true notifies again; or whom to notify, as in notify.',
    assign:
      'Who may decide from then on, in place of the assignees: a name, a list, or a path. They are notified.',
    then: 'What happens then, in the last step: fail, or a decision, for example APPROVED.',
  },
  actor: {
    name: 'The name that conversations use.',
    type: 'What it is; it never changes.',
    description: 'What the actor does, in a sentence.',
    enabled: 'false: its work waits.',
    max_concurrent: 'Maximum number of interactions at once, over all workers.',
    rate: 'Maximum call rate.',
    timeout: 'How long one attempt may take, unless the conversation sets it.',
    model: "The model's name at the host. Default: the actor's name.",
    provider:
      "How the worker calls the model: ollama (default), or a provider of the worker's program.",
    base_url: "Address of the model server. Default: the worker's.",
    api_key: "Name of the worker's environment variable that holds the key of the model server.",
    format:
      'What the server is asked to answer in: contract (default), the JSON Schema; json, any JSON; none, text.',
    task: 'What the model does: chat (default), or embed, which turns texts into vectors.',
    dimensions: 'How many numbers the vectors of an embedding model have.',
    max_answer_tokens:
      'Maximum tokens with which an answer that was cut is asked for again. Default: it is not asked for again.',
    accept_truncated: 'true: a text that was cut will do. Data that was cut never does.',
    pool: 'The pool of hosts that serve it.',
    options: 'Options of the model: temperature, seed, num_ctx and others.',
    cache:
      'shared: true gives answers that one owner got to every owner. Default: to the same owner.',
    keep_alive: 'How long the host keeps the model loaded.',
    price:
      'prompt_per_million and completion_per_million; cached_per_million and reasoning_per_million if they differ.',
    fallback: 'The model to ask if this one fails.',
    tools: 'What the model may call.',
    max_turns:
      'Maximum number of answers of the model in an interaction that calls tools. Default 10.',
    circuit: 'When an actor that fails again and again is left alone, and for how long.',
    command: "The script's file and arguments; no shell reads them.",
    scripts: 'The folder that holds the script.',
    environment: "Variables of the worker's environment that the script sees.",
    max_output: 'Maximum output.',
    max_memory: 'Maximum resident memory of the process group.',
    handler: "The handler's name. Default: the actor's name.",
    input: 'Contract of the parameters.',
    output: "Contract of the output's data.",
    statement: 'One statement; parameters are :names.',
    read_only: 'false: it may change rows.',
    max_rows: 'Maximum number of rows.',
    method: "The request's method. Default GET, with a body POST.",
    url: "The request's address, with {{ … }} in it.",
    headers: "The request's headers, with {{ … }} in them.",
    body: "The request's body, with {{ … }} in its texts.",
    allowed_hosts: 'Hosts that may be called. Default: the host of the address.',
    private_addresses: 'true: private addresses may be called.',
    secrets: "Variables of the worker's environment that address, headers and body may name.",
    assignees: 'Who may decide, unless the conversation sets it.',
    notify: 'Whom to notify, unless the conversation sets it.',
  },
};
