/// The style sheet of index.html, inline because the page refers to nothing outside itself.
///
/// Contrast (WCAG 2.2, 1.4.3 and 1.4.11): text at least 7:1, muted text and links at least 4.5:1, in light and dark.
enum PageStyle {
  static let sheet: HTML = """
    <style>
    :root{color-scheme:light dark;--page:#f4f6f7;--card:#fff;--ink:#17212b;--muted:#4a5764;--line:#cfd7de;\
    --link:#0a4f78;--customer:#0a6b5c;--staff:#3a4fa3;--service:#66717c}
    @media (prefers-color-scheme:dark){:root{--page:#11171d;--card:#1a222a;--ink:#e8edf1;--muted:#b3bfca;--line:#3a4651;\
    --link:#8fc7f0;--customer:#5fd0bb;--staff:#a3b3f5;--service:#98a4af}}
    *{box-sizing:border-box}
    html{scroll-padding-top:1rem}
    body{margin:0;background:var(--page);color:var(--ink);font:1rem/1.55 system-ui,"Segoe UI",Roboto,"Noto Sans",\
    "Liberation Sans",Arial,sans-serif}
    .wrap{max-width:52rem;margin:0 auto;padding:1.5rem 1.25rem}
    h1{font-size:1.9rem;line-height:1.2;margin:.1rem 0 .75rem;overflow-wrap:anywhere}
    h2{font-size:1.3rem;line-height:1.3;margin:0 0 .9rem}
    h3{font-size:1rem;margin:1.4rem 0 .6rem}
    p{margin:.4rem 0}
    a{color:var(--link);text-underline-offset:.15em}
    a:focus-visible{outline:3px solid var(--link);outline-offset:3px;border-radius:2px}
    .skip{position:absolute;left:-99rem}
    .skip:focus{left:1rem;top:1rem;background:var(--card);padding:.5rem 1rem;z-index:1}
    .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
    .kind{color:var(--muted);font-weight:600;letter-spacing:.02em;margin:0}
    .lead{color:var(--muted);max-width:44rem}
    nav ul{display:flex;flex-wrap:wrap;gap:.25rem 1.25rem;list-style:none;margin:1.1rem 0;padding:0}
    nav a{display:inline-block;padding:.2rem 0}
    section{background:var(--card);border:1px solid var(--line);border-radius:.6rem;padding:1.25rem;margin:0 0 1.25rem}
    dl{margin:0}
    dl div{display:grid;grid-template-columns:minmax(9rem,32%) 1fr;gap:.15rem 1rem;padding:.4rem 0;\
    border-top:1px solid var(--line)}
    dl div:first-child{border-top:0}
    dt{color:var(--muted)}
    dd{margin:0;overflow-wrap:anywhere}
    ol,ul{margin:0;padding:0;list-style:none}
    .plain li{padding:.4rem 0;border-top:1px solid var(--line);overflow-wrap:anywhere}
    .plain li:first-child{border-top:0}
    .events li{display:grid;grid-template-columns:minmax(9rem,32%) 1fr;gap:.15rem 1rem}
    .day{color:var(--muted);border-bottom:1px solid var(--line);padding-bottom:.3rem}
    .message{border-left:.3rem solid var(--staff);padding:.15rem 0 .15rem .9rem;margin:0 0 1.3rem}
    .message.customer{border-color:var(--customer)}
    .message.service{border-color:var(--service)}
    .by{display:flex;flex-wrap:wrap;gap:0 .6rem;margin:0 0 .25rem;align-items:baseline}
    .by bdi{font-weight:600;overflow-wrap:anywhere}
    .by .number{margin-left:auto;padding:.15rem .4rem}
    .small,.role,.by time,.number{color:var(--muted);font-size:.9rem}
    .text{white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:plaintext;text-align:start}
    .name{font-weight:600;overflow-wrap:anywhere}
    .hash{font:.8rem/1.4 ui-monospace,"DejaVu Sans Mono",Consolas,monospace;overflow-wrap:anywhere}
    code{font:.9em ui-monospace,"DejaVu Sans Mono",Consolas,monospace;overflow-wrap:anywhere}
    footer{color:var(--muted);font-size:.9rem}
    @media (max-width:34rem){.wrap{padding:1rem .75rem}section{padding:1rem}h1{font-size:1.55rem}\
    dl div,.events li{grid-template-columns:1fr}}
    @media print{@page{margin:18mm;@bottom-right{content:counter(page) "/" counter(pages);color:#333;font-size:9pt}}\
    :root{color-scheme:light;--page:#fff;--card:#fff;--ink:#000;--muted:#333;--line:#999;\
    --link:#000;--customer:#0a6b5c;--staff:#3a4fa3;--service:#666}
    body{font-size:10.5pt}.wrap{max-width:none;padding:0}nav,.skip{display:none}header{margin-bottom:1.4rem}
    section{border:0;border-radius:0;padding:0;margin:0 0 1.4rem}
    h2,h3,.by{break-after:avoid}.plain li,dl div{break-inside:avoid}.text{orphans:3;widows:3}}
    </style>

    """
}
