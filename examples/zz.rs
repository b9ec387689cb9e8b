use fixkey::logstash::parse;
fn main() {
    for p in std::env::args().skip(1) {
        let t = std::fs::read(&p).unwrap();
        if let Err(e) = parse::parse(&t) {
            let line = t[..e.span().start].split(|b| *b == b'\n').count();
            let ln = t.split(|b| *b == b'\n').nth(line - 1).unwrap();
            println!(
                "{line}: {e}   | {} | at {} off {}",
                String::from_utf8_lossy(ln),
                e.span().start,
                e.offset()
            );
            if let Some((s, l)) = e.related() {
                println!("      {}: {l}", t[..s.start].split(|b| *b == b'\n').count());
            }
        }
    }
}
