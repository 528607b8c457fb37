//! The significant network as `GraphML`, for `networkx`, Gephi and other graph tools.

use std::io::{self, Write};

use super::picture::escape;
use crate::network::{Network, Pair};

/// What an edge carries: the attribute, its type, its value where there is one.
type Attribute = (&'static str, &'static str, fn(&Pair) -> Option<f64>);

const EDGE: [Attribute; 6] = [
    ("te", "double", |pair| Some(pair.te)),
    ("te_corrected", "double", |pair| pair.te_corrected),
    ("delay", "int", |pair| Some(pair.delay as f64)),
    ("p", "double", |pair| pair.p),
    ("p_corrected", "double", |pair| pair.p_corrected),
    ("z", "double", |pair| pair.z),
];

/// Writes every channel as a node with its name as `label`, and every significant pair as a directed edge.
pub(super) fn write(mut out: impl Write, network: &Network) -> io::Result<()> {
    head(&mut out)?;
    // A description rather than an attribute of the graph, which Gephi reports as an error.
    writeln!(out, "    <desc>Transfer entropy in {}</desc>", network.units)?;
    for (channel, name) in network.names.iter().enumerate() {
        writeln!(out, "    <node id=\"n{channel}\"><data key=\"label\">{}</data></node>", escape(name))?;
    }
    for pair in network.edges() {
        edge(&mut out, pair)?;
    }
    writeln!(out, "  </graph>\n</graphml>")
}

fn head(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">")?;
    key(out, "label", "node", "string")?;
    for (name, kind, _) in EDGE {
        key(out, name, "edge", kind)?;
    }
    writeln!(out, "  <graph edgedefault=\"directed\">")
}

fn key(out: &mut impl Write, name: &str, of: &str, kind: &str) -> io::Result<()> {
    writeln!(out, "  <key id=\"{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>")
}

fn edge(out: &mut impl Write, pair: &Pair) -> io::Result<()> {
    write!(out, "    <edge source=\"n{}\" target=\"n{}\">", pair.source, pair.target)?;
    for (name, _, value) in EDGE {
        // Readers disagree on how "not a number" is spelt, so it is left out.
        if let Some(value) = value(pair).filter(|value| value.is_finite()) {
            write!(out, "<data key=\"{name}\">{value}</data>")?;
        }
    }
    writeln!(out, "</edge>")
}

#[cfg(test)]
mod tests {
    use super::super::samples::{small, untested};
    use super::*;

    fn text(network: &Network) -> String {
        let mut out = Vec::new();
        write(&mut out, network).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn nodes_are_channels_and_edges_are_significant() {
        let text = text(&small());
        let body: Vec<&str> = text.lines().skip_while(|line| !line.contains("<graph ")).collect();
        assert_eq!(
            body,
            [
                r#"  <graph edgedefault="directed">"#,
                "    <desc>Transfer entropy in nats</desc>",
                r#"    <node id="n0"><data key="label">F&lt;z&gt;, &quot;left&quot;</data></node>"#,
                r#"    <node id="n1"><data key="label">β &amp; γ</data></node>"#,
                r#"    <node id="n2"><data key="label">c</data></node>"#,
                concat!(
                    r#"    <edge source="n0" target="n1"><data key="te">0.30000000000000004</data>"#,
                    r#"<data key="te_corrected">0.25</data><data key="delay">3</data><data key="p">0.005</data>"#,
                    r#"<data key="p_corrected">0.01</data><data key="z">12.5</data></edge>"#
                ),
                "  </graph>",
                "</graphml>",
            ]
        );
    }

    #[test]
    fn what_is_not_a_number_is_left_out() {
        let mut network = small();
        network.pairs[0].z = Some(f64::NAN);
        network.pairs[0].te_corrected = None;
        let text = text(&network);
        assert!(
            !text.contains("NaN") && !text.contains(r#"<data key="z">"#) && !text.contains("key=\"te_corrected\">0")
        );
    }

    #[test]
    fn without_edges_the_channels_remain() {
        let text = text(&untested(small()));
        assert_eq!(text.matches("<node ").count(), 3);
        assert!(!text.contains("<edge "));
    }
}
