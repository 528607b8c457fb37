//! A scene as SVG, with live text in whatever sans-serif the reader has.

use std::fmt::Write;

use super::scene::{Align, Ink, Point, Scene, Shape, Step, Style, Text};

/// Text safe in XML: markup escaped, and characters that XML 1.0 forbids replaced.
pub(in crate::report) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\t' | '\n' | '\r' => safe.push(' '),
            c if c < ' ' || matches!(c, '\u{fffe}' | '\u{ffff}') => safe.push('\u{fffd}'),
            c => safe.push(c),
        }
    }
    safe
}

impl Scene {
    /// The scene as an SVG document.
    pub(in crate::report) fn to_svg(&self) -> String {
        let (width, height) = (number(self.width), number(self.height));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"Helvetica, Arial, 'DejaVu Sans Condensed', sans-serif\">\n\
             <title>{}</title>\n<style>rect {{ shape-rendering: crispEdges }}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
            escape(self.title)
        );
        for shape in &self.shapes {
            svg.push_str(&element(shape));
            svg.push('\n');
        }
        svg.push_str("</svg>\n");
        svg
    }
}

fn element(shape: &Shape) -> String {
    match shape {
        Shape::Rect { corner, width, height, ink } => format!(
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"{}/>",
            number(corner.x),
            number(corner.y),
            number(*width),
            number(*height),
            paint("fill", *ink)
        ),
        Shape::Circle { centre, radius, ink } => format!(
            "<circle cx=\"{}\" cy=\"{}\" r=\"{}\"{}/>",
            number(centre.x),
            number(centre.y),
            number(*radius),
            paint("fill", *ink)
        ),
        Shape::Path(steps, Style::Fill(ink)) => format!("<path d=\"{}\"{}/>", data(steps), paint("fill", *ink)),
        Shape::Path(steps, Style::Stroke(ink, width)) => format!(
            "<path d=\"{}\" fill=\"none\" stroke-width=\"{}\"{}/>",
            data(steps),
            number(*width),
            paint("stroke", *ink)
        ),
        Shape::Text(text) => words(text),
    }
}

fn words(text: &Text) -> String {
    let anchor = match text.align {
        Align::Start => "start",
        Align::Middle => "middle",
        Align::End => "end",
    };
    let turn = if text.turn == 0.0 { String::new() } else { format!(" rotate({})", number(text.turn)) };
    format!(
        "<text transform=\"translate({}){turn}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\"{}>{}</text>",
        pair(text.place),
        number(super::font::drop(text.size)),
        number(text.size),
        paint("fill", text.ink),
        escape(&text.words)
    )
}

fn data(steps: &[Step]) -> String {
    let mut data = String::new();
    for step in steps {
        // Writing to a string cannot fail.
        let _ = match step {
            Step::Move(to) => write!(data, "M{}", pair(*to)),
            Step::Line(to) => write!(data, "L{}", pair(*to)),
            Step::Curve(by, to) => write!(data, "Q{} {}", pair(*by), pair(*to)),
            Step::Close => write!(data, "Z"),
        };
    }
    data
}

fn paint(what: &str, ink: Ink) -> String {
    let [red, green, blue] = ink.rgb;
    let mut paint = format!(" {what}=\"#{red:02x}{green:02x}{blue:02x}\"");
    if ink.opacity < 1.0 {
        let _ = write!(paint, " {what}-opacity=\"{}\"", number(ink.opacity));
    }
    paint
}

fn pair(point: Point) -> String {
    format!("{} {}", number(point.x), number(point.y))
}

/// At most two decimals, none that say nothing.
fn number(value: f64) -> String {
    let text = format!("{value:.2}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" { "0".into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_control_characters_are_made_safe() {
        assert_eq!(escape("a<b> & \"c\"\u{1}\n"), "a&lt;b&gt; &amp; &quot;c&quot;\u{fffd} ");
    }

    #[test]
    fn numbers_are_short() {
        assert_eq!([1.0, 0.5, 0.126, -0.001, 100.0].map(number), ["1", "0.5", "0.13", "0", "100"]);
    }
}
