/// The look of the HTML report: one column of text, tables as wide as the window, light and dark.
enum HTMLStyle {
    static let sheet = """
        :root {
          color-scheme: light dark;
          --page: #ffffff; --ink: #1c2024; --quiet: #59626c; --line: #d5dae0; --head: #f3f5f7; --warn: #b25c00; --warn-back: #fff6e8; --link: #0b57a4;
        }
        @media (prefers-color-scheme: dark) {
          :root {
            --page: #14171a; --ink: #e4e7ea; --quiet: #9aa4af; --line: #363d45; --head: #1e2328; --warn: #f0a94a; --warn-back: #2a2114; --link: #7db8f5;
          }
        }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; scroll-behavior: smooth; }
        body { margin: 0; background: var(--page); color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; }
        main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; overflow-wrap: break-word; }
        h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
        h1 { font-size: 1.75rem; margin: 0 0 .75rem; }
        h2 { font-size: 1.35rem; margin: 2.75rem 0 .75rem; padding-top: .75rem; border-top: 1px solid var(--line); }
        h3 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
        p, ul, blockquote, nav { max-width: 48rem; }
        p, ul { margin: .75rem 0; }
        ul { padding-left: 1.25rem; }
        li { margin: .3rem 0; }
        a { color: var(--link); text-underline-offset: .15em; }
        code, pre { font: .875em/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
        li code, p code { overflow-wrap: anywhere; }
        blockquote { margin: 1rem 0; padding: .5rem 1rem; border-left: 4px solid var(--warn); background: var(--warn-back); border-radius: 0 4px 4px 0; }
        blockquote p { margin: .25rem 0; }
        nav { margin: 1.25rem 0; padding: .6rem 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--head); }
        nav summary { font-weight: 600; cursor: pointer; }
        nav ul { margin: .5rem 0; }
        nav li { margin: .2rem 0; }
        nav span { color: var(--quiet); font-size: .875rem; }
        nav span::before { content: "— "; }
        .scroll { overflow-x: auto; margin: 1rem 0 1.75rem; max-width: 100%; }
        table { border-collapse: collapse; font-size: .875rem; line-height: 1.4; font-variant-numeric: tabular-nums lining-nums; }
        caption { position: sticky; left: 0; max-width: min(48rem, calc(100vw - 2.5rem)); padding: 0 0 .5rem; text-align: left; color: var(--quiet); caption-side: top; }
        caption b, figcaption b { color: var(--ink); }
        th, td { padding: .3rem .65rem; text-align: left; vertical-align: top; font-weight: 400; border-bottom: 1px solid var(--line); max-width: 26rem; }
        td { min-width: 2.5rem; }
        thead th { font-weight: 600; vertical-align: bottom; background: var(--head); border-top: 2px solid var(--ink); border-bottom: 1px solid var(--ink); }
        tbody tr:last-child > * { border-bottom: 2px solid var(--ink); }
        th.n, td.n { text-align: right; }
        td, tbody th { white-space: nowrap; }
        td.t { white-space: normal; min-width: 16rem; }
        tr > :first-child { position: sticky; left: 0; z-index: 1; background: var(--page); }
        thead tr > :first-child { background: var(--head); }
        tbody tr:hover > * { background: var(--head); }
        strong { font-weight: 700; }
        figure { margin: 1rem 0 2rem; }
        .picture { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; max-width: 60rem; }
        .picture svg { display: block; border-radius: 5px; width: 100%; min-width: 38rem; height: auto; }
        figcaption { margin-top: .5rem; color: var(--quiet); font-size: .875rem; max-width: 48rem; }
        details > summary { cursor: pointer; }
        pre { overflow-x: auto; margin: .75rem 0; padding: .75rem 1rem; border: 1px solid var(--line); border-radius: 6px; background: var(--head); white-space: pre-wrap; overflow-wrap: anywhere; }
        :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
        @media (max-width: 40rem) {
          body { font-size: 15px; }
          main { padding: 1rem .9rem 3rem; }
          h1 { font-size: 1.4rem; }
          h2 { font-size: 1.2rem; margin-top: 2rem; }
          table { font-size: .8125rem; }
          th, td { padding: .3rem .5rem; max-width: 18rem; }
          tr > :first-child { min-width: 6.5rem; max-width: 8.5rem; white-space: normal; box-shadow: 1px 0 0 var(--line); }
        }
        @media print {
          nav { display: none; }
          .scroll, .picture { overflow: visible; }
          h2, h3, caption { break-after: avoid; }
          tr, figure { break-inside: avoid; }
        }

        """
}
