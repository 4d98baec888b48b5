/// What tables and columns mean. A name that several of them share is explained once.
extension SchemaReference {
    static let introduction = """
        One SQLite file, `results/slbench.sqlite` where none is named; `slbench query` reads it and never
        changes it. Units stand in the names: `_bytes`, `_seconds`. A value that was not measured is NULL, never 0; so is a loss that was
        not a finite number. Ask the views; the tables are what they are made of.
        """

    static let relationMeanings = [
        "comparison": "A row for every finished run and every sweep that plans it, in the order of the plans.",
        "summary": "The same, grouped over seeds: mean, standard deviation (n − 1) and 95 % interval by Student's t. One seed has neither of the two.",
        "finished_run": "What `comparison` and `summary` are made of.",
        "attempt": "The processes that made a run's record, from its start or from a checkpoint: a run that moved has a speed on each machine.",
        "disagreement": "Attempts that finished with other results than the record of their run; jobs of a cluster may be started twice.",
        "environment": "Where and with what a run was made: of its last process.",
        "evaluated_text": "What runs are measured on besides the validation part: the test text (`data.test`) and corpora of other sources (`evaluation.held_out`).",
        "evaluation": "A row for every evaluation, the untrained model's at step 0 included.",
        "lifecycle_event": "What happened beside the updates: merges, resets, subspace refreshes, phases, and how linears are computed.",
        "memory": "A run's memory, in three figures that are never mixed, with the tracked peak's split.",
        "prediction": "Cells of a sweep that are only planned.",
        "probe": "A row for every time that a run's matrices were measured on the way (`probes` in the config).",
        "probe_by_role": "The spectra's figures, means over the layers.",
        "probe_spectrum": "Spectra of dense matrices, one row for each matrix of each linear. All is NULL where there is no such matrix.",
        "probe_value": "Single numbers of the tensors of linears.",
        "rerun": "Finished runs that a process trains again; a row goes with its attempt, and until that has finished the run stays as it is.",
        "resumption": "A row for every time that a run went on from a checkpoint.",
        "run": "How every run that was ever started stands.",
        "run_data": "What the text of a run is like, as counted when it was prepared.",
        "run_note": "What a run's reader must know and no figure shows.",
        "run_result": "What a finished run ended with.",
        "run_spec": "What was asked for: everything that decides what a run computes, and the names it goes by.",
        "step_sample": "A row for every update.",
        "student_t": "0.975 quantiles of Student's t distribution, for the intervals of `summary`.",
        "sweep": "The sweeps.",
        "sweep_run": "Which runs a sweep plans, and in which order.",
        "text_evaluation": "A row for every evaluation on a text besides the validation part; the test text's is the only one of its run.",
        "tuned_cell": "The cells of a sweep whose settings were chosen by trials.",
        "tuning_trial": "The trials that chose them.",
    ]

    static let columnMeanings = [
        // Names and places
        "run_id": "the first 12 digits of the run's key, or all 64", "run_key": "SHA-256 of the resolved spec: the run's identity",
        "group_key": "the same without the seed: what groups the seeds of one experiment", "group_id": "the first 12 digits of the group's key",
        "spec": "the resolved spec as canonical JSON", "size": "the model's name", "method": "the method", "rank": "its rank, if it has one",
        "seed": "the run's seed", "sweep": "the sweep's name", "name": "what it is called", "position": "place in the sweep's order",
        "sweep_id": "the sweep", "id": "number of the row", "created_at": "when it was first planned, UTC", "planned_at": "when it was last planned, UTC",
        "equivalence_margin": "difference in loss (nats) within which its config calls a method comparable to the reference; NULL for none",
        // How a run stands
        "attempt": "1, and one more each time the run was begun again or went on", "status": "running, finished, diverged, failed or interrupted",
        "failure_reason": "the class of the failure", "failure_message": "its words, with the end of the process's stderr",
        "failure_step": "updates that were done", "host": "the machine's name", "process_id": "of the process that trained it last",
        "process_start_ticks": "when that process started, as the kernel counts: tells it from a later one of the same number",
        "started_at": "UTC", "heartbeat_at": "the last sign of life, UTC", "ended_at": "UTC; NULL while it runs", "resumed_at": "UTC",
        "companion_runs": "most other runs that were in training beside it; its timings count for less then",
        // Environment
        "program_version": "of slbench", "commit_sha": "the commit that the program was built from", "commit_is_dirty": "1 if its sources differed from that commit",
        "operating_system": "name and kernel", "cpu": "model name", "cores": "that the process could use", "memory_bytes": "of the machine, or of its control group",
        "blas": "the library's own words", "blas_core": "the kernels that it chose", "threads": "of the run", "swift_version": "of the compiler", "sqlite_version": "of the library",
        "vector_units": "vector instructions that the kernels ran with", "ranks": "processes that trained the model together; NULL for one",
        "exclusive": "1 if the batch system gave it all of the machine's processors, 0 if not; NULL where nobody said",
        // Attempts
        "job_id": "by the batch system", "began_at": "UTC", "attempt.ended_at": "the last that it recorded, UTC", "first_step": "updates done when it began",
        "last_step": "the last update that it did, of those that the record holds", "attempt.tokens_per_second": "of its updates, without the first",
        "attempt.process_id": "of the process", "file": "the database of the attempt", "found_at": "UTC", "difference": "in what it differs",
        // Samples
        "step": "updates done", "loss": "mean negative log-likelihood a token (nats)", "learning_rate": "of the update",
        "gradient_norm": "global L2 norm before clipping", "seconds": "how long it took",
        "lifecycle_seconds": "of merges, resets and refreshes among them", "tokens": "targets", "perplexity": "the loss's exponential",
        "bits_per_byte": "of the evaluated targets: their loss in bits by their bytes, which compares tokenizers", "kind": "what happened", "measurements": "what was measured of it, a JSON object",
        "bytes": "of the text, those that the evaluated targets give back", "eval_bytes": "the same of the final evaluation", "eval_tokens": "its targets",
        "message": "a sentence for people", "run_note.kind": "`silent_event`, `changed_conditions`, `data` or `probes`",
        // Text
        "training_tokens": "of the training part", "training_bytes": "its text's bytes", "training_dropped_bytes": "of these, what decoding the tokens does not give back",
        "training_unknown_tokens": "tokens for text that the tokenizer has no piece for", "validation_tokens": "of the validation part",
        "validation_bytes": "its text's bytes", "validation_dropped_bytes": "of these, what decoding the tokens does not give back",
        "validation_unknown_tokens": "tokens for text that the tokenizer has no piece for",
        "shared_records": "validation records (passages, of a text) at least half of which stands in the training part too", "validation_records": "of how many",
        "shared_targets": "evaluated targets in such records",
        "skipped_records": "records that could not be read and were skipped, as the config allows", "training_passes": "how often training goes over its part",
        "unigram_loss": "loss of the evaluated targets under the token frequencies of the training part (nats)",
        "bigram_loss": "the same under frequencies that know the token before",
        "corpus": "the text's name", "sha256": "of the text by content", "text_tokens": "of the text", "text_bytes": "its bytes",
        "text_dropped_bytes": "of these, what decoding the tokens does not give back", "text_unknown_tokens": "tokens for text that the tokenizer has no piece for",
        "text_records": "its records (passages, of a text)", "evaluated_text.shared_records": "of these, those at least half of which stands in the training part too",
        "evaluated_text.kind": "`test` or `held_out`", "text_evaluation.kind": "`test` or `held_out`",
        "test_loss": "loss on the test text, which nothing is chosen by (nats a token)", "test_perplexity": "its exponential",
        "test_bits_per_byte": "the same loss in bits by the bytes of its targets", "test_tokens": "targets of the test",
        "test_loss_mean": "mean over seeds; NULL unless every one was tested", "test_loss_sd": "standard deviation, n − 1",
        "step_sample.loss": "mean over the update's targets, before the update",
        // Probes
        "occasion": "why it was measured then: `moment` (with spectra), `spike` of the loss, `refresh` of subspaces, `interval`",
        "probe.seconds": "how long it took; in no other time of the run", "probe.tokens": "targets of the fixed batch that the gradients were taken on",
        "probe.loss": "their mean loss", "tracked_bytes": "the most that the measuring held of tensors, apart from the run's",
        "layer": "of the linear, from 0", "role": "of the linear",
        "subject": "`weight` W, `distance` W − W₀ from the start, `gradient` by W on the fixed batch, or the last `update` of W", "value_count": "how many singular values there are",
        "frobenius_norm": "√Σσ²", "spectral_norm": "the largest singular value", "nuclear_norm": "Σσ", "stable_rank": "Frobenius norm² ÷ spectral norm²",
        "effective_rank": "exp of the entropy of σ/Σσ (Roy and Vetterli 2007)", "singular_values": "pairs of place and value, thinned for logarithmic axes, a JSON array",
        "tensor": "as the method declares it",
        "quantity": "`gradient_norm` in the update, `spectral_norm` of a factor, `factor_balance` ‖B‖_F/‖A‖_F, `energy_inside` the present subspace, `subspace_overlap` with the one before",
        "value": "the number", "probe_by_role.n": "linears with an effective rank",
        // Results
        "steps": "optimizer updates", "train_loss": "mean loss of the last tenth of the updates", "eval_loss": "token-weighted mean negative log-likelihood (nats)",
        "evaluation_step": "the update after which the result was evaluated", "total_parameters": "of the model under its method",
        "trainable_parameters": "of these, trained", "optimizer_bytes": "optimizer state at the end", "tokens_per_second": "of the updates, the first of each process left out",
        "wall_seconds": "of all processes of the run together", "train_seconds": "in updates", "refresh_seconds": "of these, in subspace refreshes",
        "communication_seconds": "in calls between the processes that trained together; NULL for one process", "refresh_share": "refreshes' share of the updates' time", "training_flops": "floating-point operations of all updates, by formula",
        "foreign_processor_share": "share of the machine's processor time that others took during the updates; its timings count for less then",
        "options": "of the method, a JSON object", "training": "the training settings, a JSON object",
        "weights_sha256": "digest of the final weights",
        // Memory
        "paper_memory_bytes": "weights, optimizer state and int64 indices at bf16: the published convention", "predicted_bytes": "what the plan said of the tracked peak",
        "peak_tracked_bytes": "high-water mark of slbench's own tensors", "peak_rss_bytes": "resident: the most that the system kept in memory for the run's process",
        "process_constant_bytes": "resident besides tensors: program, libraries with their buffers and code, mapped data", "peak_phase": "what was going on at the peak",
        "peak_weight_bytes": "weights at the peak", "peak_gradient_bytes": "gradients at the peak", "peak_optimizer_bytes": "optimizer state at the peak",
        "peak_index_bytes": "positions of sparse parts at the peak", "peak_activation_bytes": "activations at the peak", "peak_workspace_bytes": "temporary space at the peak",
        "predicted_weight_bytes": "of these, weights", "predicted_gradient_bytes": "gradients", "predicted_optimizer_bytes": "optimizer state",
        "predicted_index_bytes": "positions of sparse parts", "predicted_activation_bytes": "activations", "predicted_workspace_bytes": "temporary space",
        // Statistics
        "n": "evaluation losses that went in", "n_diverged": "runs of the group that diverged instead", "eval_loss_mean": "mean over seeds",
        "eval_loss_sd": "standard deviation, n − 1", "eval_loss_low": "lower end of the 95 % interval", "eval_loss_high": "upper end",
        "summary.perplexity": "exponential of the mean loss", "perplexity_low": "exponential of the interval's lower end", "perplexity_high": "and of its upper end",
        "degrees_of_freedom": "n − 1", "quantile_975": "the quantile",
        // Tuning
        "cell": "number of the cell", "trial": "number of the trial", "tried": "the settings that were tried, a JSON object",
        "search": "how a search picked the trials and how it ended, a JSON object; NULL for a grid", "is_chosen": "1 for the one that was best",
    ]
}
