// Long lines: this is what a report looks like, byte for byte.

enum Golden {
    /// The report of `Fixture.oneSeed` without the queries and canonical specs at its end; a run's key is `KEY-` and its letter.
    static let oneSeed = #"""
        # Sweep first | try: pretraining methods compared

        4 runs: 3 finished, 1 diverged. Written from the results database alone; every measured number is from the runs listed in the appendix.

        ## Setting

        LLaMA models of one size (9m) were trained from scratch with 4 methods. What the runs of a size share stands here, what they do not under *Differences in hyper-parameters*.

        | method | what it does | paper |
        | --- | --- | --- |
        | `full_rank` | Every weight dense and trained. | – |
        | `galore` | Adam in a projected gradient. | Zhao et al. 2024, arXiv 2403.03507 |
        | `low_rank` | — | — |
        | `relora` | — | — |

        | model | hidden | intermediate | layers | heads | vocabulary | parameters, dense |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: |
        | 9m | 128 | 352 | 4 | 4 | 32000 | 9.00M |

        | budget | steps | sequences per step | sequence length | tokens per run | tokens per block parameter | passes over the training text | seeds |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
        | 9m | 4 | 8 | 64 | 2048 | 0.0026 | 0.50 | 1 |

        - Corpus sotu, 4096 training and 512 validation tokens, packing `concat`; SHA-256 `abababababababababababababababababababababababababababababababab`.
        - Tokenizer sentencepiece:32000, vocabulary 32000; SHA-256 `cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd`.
        - Schedule: linear warm-up from 0 over 1 update, then cosine decay towards 0.1 of the peak learning rate, which it would reach one update after the last; the first update was made with 100.0 %, 10.0 % and the last with 100.0 %, 10.0 % of the peak.
        - A seed fixes the initial weights and the order of the training text, so that runs of one seed are pairs.
        - Training settings shared by all runs: `gradient_accumulation` 1, `weight_decay` 0, `beta1` 0.9, `beta2` 0.999, `epsilon` 1e-08, `grad_clip` none.
        - Evaluation: token-weighted mean of the negative log-likelihood, on a fixed set of 65.5K validation tokens, the same for every run.

        ## How to read this

        Every row is a model of the same shape. Runs of one seed saw the same tokens in the same order. *Eval loss* is the mean negative log-likelihood in nats per token on the validation text (whether any of it stands in the training text too was not counted for every run); lower is better. *Perplexity* is exp(eval loss). *Bits/byte* is the same loss per byte of text, which compares across tokenizers. *Parameters* counts all that the model stores, *trainable* those that training changes. The three memory figures answer different questions and are never mixed: *paper* is weights and optimizer state at 2 bytes a value and indices at 8, the convention of the published tables; *tracked* is the high-water mark of the program's own tensors, everything included; *resident* is the peak of the whole process as the system saw it. 1 GB is 10⁹ bytes. *Tokens/s* is training throughput without evaluation. The columns *vs full_rank* give the difference in loss from the reference of the size and the quotients of memory and speed: 0.50× memory is half, 2.00× speed is twice as fast. The reference is full_rank: the only full-rank cell. Best values are bold. "—" means that there is no value. Each cell has one finished run: there is no ±, and small differences may be noise.

        ## Results

        The best of a size is bold. Each cell is one run: there is no interval, and small differences may be noise.

        | model | method | rank | lr | seeds | tokens | eval loss | perplexity | bits/byte | parameters |
        | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | 9m | full_rank | — | 0.001 | 1 | 2048 | **7.0000** | **1096.63** | 2.5000 | 9.00M |
        | 9m | galore | 64 | 0.01 | 1 | 2048 | 7.2500 | 1408.10 | 2.5000 | 9.00M |
        | 9m | low_rank | 64 | 0.001 | 1 | 2048 | 7.5000 | 1808.04 | — | 8.50M |
        | 9m | relora | 64 | 0.001 | 0 of 1 | — | diverged | — | — | — |

        ## Results by size

        ### 9m

        > **Short budget: 2048 tokens per run.** These perplexities are not comparable with published ones at 1.10B tokens; compare the methods with each other.

        | method | rank | lr | seeds | eval loss | perplexity | bits/byte | parameters | trainable | paper memory [MB] | tracked peak [MB] | resident peak [MB] | tokens/s | loss vs full_rank | paper memory vs full_rank | tracked vs full_rank | speed vs full_rank |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | full_rank | — | 0.001 | 1 | **7.0000** | **1096.63** | 2.5000 | 9.00M | 9.00M | 54.0 | 90.0 | 150.0 | 1000 | reference | 1.00× | 1.00× | 1.00× |
        | galore | 64 | 0.01 | 1 | 7.2500 | 1408.10 | 2.5000 | 9.00M | 9.00M | 48.0 | 85.0 | **140.0** | 800 | +0.2500 | 0.89× | 0.94× | 0.80× |
        | low_rank | 64 | 0.001 | 1 | 7.5000 | 1808.04 | — | 8.50M | 8.50M | **45.0** | **80.0** | — | **1250** | +0.5000 | 0.83× | 0.89× | 1.25× |
        | relora | 64 | 0.001 | 0 of 1 | diverged | — | — | — | — | — | — | — | — | — | — | — | — |

        ## Runs that did not finish

        They are left out of every mean above. A divergence says something about a method at these settings.

        | model | method | rank | seed | status | reason | steps done | last training loss | message |
        | --- | --- | ---: | ---: | --- | --- | ---: | ---: | --- |
        | 9m | relora | 64 | 1 | diverged | loss_bound | 2 | 9.0000 | the loss rose above 30 \| twice |

        ## Pictures

        ![Training and evaluation loss over tokens for every method](x-loss.svg)

        Training loss (lines, moving mean) and evaluation loss (points) over the tokens trained on. The frame fits what follows the first twentieth: spikes and runs that diverge leave it at the top. The final evaluations stand once more at the right, side by side in the order of the legend.

        ![Training and evaluation loss over training time for every method](x-loss-time.svg)

        Training loss (lines, moving mean) and evaluation loss (points) over training time. That is the sum of the updates' own times, not the wall clock: evaluations, checkpoints and the start are not in it. The final evaluations stand once more at the right, side by side in the order of the legend.

        ![Perplexity against memory for every method](x-tradeoff.svg)

        Perplexity against memory, by the papers' convention and as tracked: lower left is better. Points that would cover each other stand apart sideways. No Pareto front is drawn: with one seed a cell no difference is known to be more than noise.

        ![Perplexity against parameters for every method](x-parameters.svg)

        Perplexity against the parameters that a model stores and those that training changes: lower left is better. Points that would cover each other stand apart sideways. No Pareto front is drawn: with one seed a cell no difference is known to be more than noise.

        ![Tracked memory at its peak, split by what it holds, for every method](x-memory.svg)

        The program's own tensors at the moment their sum was largest, stacked from left to right in the order of the legend. The diamond is the figure by the papers' convention, the triangle the resident peak.

        ## Evaluation loss on the way

        | 9m, after step | full_rank | galore r=64 | low_rank r=64 |
        | ---: | ---: | ---: | ---: |
        | 0 | 10.5000 | 10.5000 | 10.5000 |
        | 2 | 9.5000 | 9.5000 | 9.5000 |
        | 4 | 7.0000 | 7.2500 | 7.5000 |

        ## Memory at the peak

        The split of the program's own tensors at the moment their sum was largest, and the stage of the step that it happened in; then the figures of every cell. *Predicted* was computed before the first step. *Resident* is the peak of what the system kept in memory for the run; *program and libraries* is what it kept besides tensors: the program, the libraries with their buffers and the code that they make for each shape of product, the mapped data. The columns in per cent say how far the first figure lies above the second.

        | 9m [MB] | weights | gradients | optimizer | indices | activations | workspace | sum | stage |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
        | full_rank | 10.0 | 20.0 | 30.0 | 0.0 | 29.0 | 1.0 | 90.0 | backward |
        | galore r=64 | 10.0 | 20.0 | 30.0 | 0.0 | 24.0 | 1.0 | 85.0 | backward |
        | low_rank r=64 | 10.0 | 20.0 | 30.0 | 0.0 | 19.0 | 1.0 | 80.0 | backward |

        | 9m [MB] | paper | predicted | tracked | predicted vs tracked | program and libraries | tracked + program | resident | tracked + program vs resident |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | full_rank | 54.0 | 89.0 | 90.0 | -1.1 % | 55.0 | 145.0 | 150.0 | -3.3 % |
        | galore r=64 | 48.0 | 84.0 | 85.0 | -1.2 % | — | — | 140.0 | — |
        | low_rank r=64 | 45.0 | 79.0 | 80.0 | -1.2 % | — | — | — | — |

        ## Speed

        *Tokens/s* leaves evaluation and the first update out. *Refreshes* is the share of the training time that finding subspaces anew took.

        | 9m | seeds | tokens/s | wall time | FLOPs per run | GFLOP/s | others' processor time | refreshes |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | full_rank | 1 | 1000 | 2.5 s | — | — | — | — |
        | galore r=64 | 1 | 800 | 2.5 s | — | — | — | 25.0 % |
        | low_rank r=64 | 1 | **1250** | 2.5 s | — | — | — | — |

        - Whether other runs were in training meanwhile is not known of these runs. How much of the processor time others took is not known of these runs.

        ## Between the steps

        What was done between updates, over all runs of a cell.

        | model | method | rank | event | count | steps | function change, largest | state zeroed | time | share of training time | other measurements, means |
        | --- | --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
        | 9m | galore | 64 | refresh | 2 | 0 … 2 | — | — | 0.4 s | 20.0 % | matrices 28 |

        Subspace refreshes, share of training time per run: 9m galore r=64: seed 1 25.0 %.

        ## Differences in hyper-parameters

        Every key of the resolved specs in which the cells of a size differ; all others are equal. "—" means that a method has no such option or that the value is not set. The complete specs are in the appendix.

        | 9m | full_rank | galore r=64 | low_rank r=64 | relora r=64 |
        | --- | ---: | ---: | ---: | ---: |
        | `training.lr` | 0.001 | 0.01 | 0.001 | 0.001 |
        | `options.rank` | — | 64 | 64 | 64 |
        | `options.scale` | — | 0.25 | — | — |

        | model | cell | lr used | lr of the recipe | source of the recipe |
        | --- | --- | ---: | ---: | --- |
        | 9m | full_rank | 0.001 | 0.001 | SLTrain paper |
        | 9m | galore r=64 | 0.01 | 0.01 | authors' script |

        ## Threats to validity

        - **Unequal:** 9m: not every row finished the same seeds; 0 to 1 seeds a row. Differences are taken over the seeds that a row shares with the reference.
        - 9m: 1 of 4 runs diverged and is in no mean.
        - 9m: 2048 tokens a run, 1.10B in the papers: the order of methods may change with the budget.
        - 9m: one seed a row: no spread is known, and small differences may be noise.
        - 9m: with 1 seed no difference can be claimed at 5 %: the sign-flip test's p can't be below 1.0000, even if one side is better every time; 6 seeds are needed, however many rows are compared.
        - 9m: each method ran with one learning rate; full_rank, galore with the recipe's; no trials chose them.

        ## Environment

        1 of 4 runs recorded no environment.

        | environment | value |
        | --- | --- |
        | runs | 3 |
        | program | 0.1.0 |
        | commit | 0123abc |
        | host | bench |
        | operating system | Debian 12 |
        | CPU | Some CPU |
        | cores | 2 |
        | memory | 8.000 GB |
        | BLAS | OpenBLAS 0.3.21 |
        | BLAS core | Haswell |
        | threads | 2 |
        | Swift | 6.3 |
        | SQLite | 3.40.1 |

        ## Appendix: runs

        A run's key is the SHA-256 of its canonical spec: the same key is the same computation. A run that was interrupted and went on from a checkpoint is listed with the updates that it went on after.

        | model | cell | seed | status | wall time | went on after update | run id | key (SHA-256 of the spec) |
        | --- | --- | ---: | --- | ---: | --- | --- | --- |
        | 9m | full_rank | 1 | finished | 2.5 s | — | `run-a` | `KEY-a` |
        | 9m | galore r=64 | 1 | finished | 2.5 s | — | `run-b` | `KEY-b` |
        | 9m | low_rank r=64 | 1 | finished | 2.5 s | — | `run-c` | `KEY-c` |
        | 9m | relora r=64 | 1 | diverged | — | — | `run-d` | `KEY-d` |

        """#

    /// The results of `Fixture.twoSeeds` with the runs that did not finish.
    static let twoSeeds = #"""
        ## Results

        The best of a size is bold. Intervals are 95 % t-intervals of the mean over the seeds, which assume normally distributed values and are not corrected for the number of methods; that of the perplexity is the exponential of the loss interval's ends. Whether two rows differ is not read off their intervals but off the paired differences under *Differences seed by seed*.

        | model | method | rank | lr | seeds | tokens | eval loss | 95 % interval | perplexity | 95 % interval of perplexity | bits/byte | parameters |
        | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | 9m | full_rank | — | 0.001 | 2 | 2048 | **7.1000** | 5.8294 … 8.3706 | **1211.97** | 340.15 … 4318.31 | 2.5000 | 9.00M |
        | 9m | galore | 64 | 0.001 | 2 | 2048 | 7.2500 | 5.3441 … 9.1559 | 1408.10 | 209.36 … 9470.44 | 2.5000 | 9.00M |
        | 9m | relora | 64 | 0.001 | 1 of 2 | 2048 | 7.3000 | — | 1480.30 | — | 2.5000 | 9.00M |

        - 9m: differences below 2.2008 nats are noise of seeds (σ = 0.1414 (95 %: 0.0631 to 4.5128) of 2 seeds of full_rank): the best, full_rank, is not told from galore r=64, relora r=64 by the means.

        ## Results by size

        ### 9m

        > **Short budget: 2048 tokens per run.** These perplexities are not comparable with published ones at 1.10B tokens; compare the methods with each other.

        | method | rank | lr | seeds | eval loss | perplexity | bits/byte | parameters | trainable | paper memory [MB] | tracked peak [MB] | resident peak [MB] | tokens/s | loss vs full_rank | paper memory vs full_rank | tracked vs full_rank | speed vs full_rank |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | full_rank | — | 0.001 | 2 | **7.1000 ± 0.1414** | **1211.97** | 2.5000 ± 0.0000 | 9.00M | 9.00M | 54.0 | 90.0 | 150.0 | **1050 ± 71** | reference | 1.00× | 1.00× | 1.00× |
        | galore | 64 | 0.001 | 2 | 7.2500 ± 0.2121 | 1408.10 | 2.5000 ± 0.0000 | 9.00M | 9.00M | 54.0 | 90.0 | 150.0 | 1000 ± 0 | +0.1500 | 1.00× | 1.00× | 0.95× |
        | relora | 64 | 0.001 | 1 of 2 | 7.3000 | 1480.30 | 2.5000 | 9.00M | 9.00M | 54.0 | 90.0 | 150.0 | 1000 | +0.3000 | 1.00× | 1.00× | 0.95× |

        - relora r=64: seed 2 finished on one side only; the loss difference is over the seeds that both have.

        ## Noise of seeds

        σ is the sample standard deviation (n − 1) of the eval loss over all finished runs in the database that are the baseline's but for the seed, those of other sweeps included; its interval is χ²'s and assumes normal losses. Two rows of as many seeds as the row with the fewest has must differ by t(0.975, n − 1)·σ·√(2/seeds) for their means to be told apart by it: less is noise of seeds. The rows' own pairs may tell more.

        | model | baseline | steps | seeds | of other sweeps | σ | 95 % interval of σ | differences below are noise |
        | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
        | 9m | full_rank | 4 | 2 | 0 | 0.1414 | 0.0631 … 4.5128 | 2.5412 |

        8 seeds of the baseline are asked for a noise floor; with fewer σ itself is hardly known.

        ## Differences seed by seed

        Eval loss minus that of the reference with the same seed. ± is the standard deviation of the differences (n − 1); the interval is the 95 % t-interval of their mean and assumes that they are normal.

        ### 9m, against full_rank

        | method | pairs | difference | ± | 95 % interval | p | p, max-T | claim |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |
        | galore r=64 | 2 | +0.1500 | 0.0707 | -0.4853 to +0.7853 | — | — | too few seeds |

        With 2 seeds no difference can be claimed at 5 %: the sign-flip test's p can't be below 0.5000, even if one side is better every time; 6 seeds are needed, however many rows are compared. The intervals rest on the assumption that differences are normal, which so few can't support.

        ## Differences with the seeds taken out

        The same differences by the additive model loss = row + seed + noise (a randomized block design), over the seeds that all rows have. The noise of all rows is pooled, so that few seeds of many rows tell more than pairs of rows do, if it is normal and equally large in every row. *sd* is a row's standard deviation over the seeds, *sd, seeds out* what is left of it without the seeds' part. The intervals hold for all rows together and *p, Dunnett* for claims that do (Dunnett's test against one reference). *p, paired t* pools nothing and is of a row alone; *Holm* is the same for claims that hold together. Claims are made at 5 % by Dunnett's, or, where the rows scatter unequally, by the paired tests. All of them assume normal noise; the sign-flip test above does not.

        ### 9m, against full_rank, seeds taken out

        | method | sd | sd, seeds out | difference | 95 % interval, together | p, Dunnett | p, paired t | p, paired t, Holm | claim |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |
        | full_rank | 0.1414 | 0.0500 | reference | — | — | — | — | — |
        | galore r=64 | 0.2121 | 0.0500 | +0.1500 | -0.4853 … +0.7853 | 0.2048 | 0.2048 | 0.2048 | no difference shown |

        2 rows × 2 common seeds (1, 2): the noise of a run is 0.0500, with 1 degree of freedom. 6 seeds or more are asked for a claim, and these rest on 2: so few can't show whether the assumptions hold.

        ## Comparable to the reference

        That no difference was shown is no evidence that there is none. By the paired differences, *not worse by more than* is the smallest margin that can be ruled out at 95 %, the upper end of a one-sided t-interval (below 0 the row is better at 95 %), and *within* the smallest that both sides can be ruled out with (two one-sided tests); both are of a row alone, *all rows together* shares the 5 % among the rows. No margin was stated (`evidence.equivalence_margin` in the config), so nothing is called comparable.

        ### 9m, against full_rank: as good?

        | method | pairs | difference | not worse by more than | all rows together | within | verdict |
        | --- | ---: | ---: | ---: | ---: | ---: | --- |
        | galore r=64 | 2 | +0.1500 | +0.4657 | +0.4657 | +0.4657 | undecided (too few seeds) |

        ## Runs that did not finish

        They are left out of every mean above. A divergence says something about a method at these settings.

        | model | method | rank | seed | status | reason | steps done | last training loss | message |
        | --- | --- | ---: | ---: | --- | --- | ---: | ---: | --- |
        | 9m | relora | 64 | 2 | diverged | loss_bound | 2 | 9.0000 | the loss rose above 30 \| twice |

        """#
}
