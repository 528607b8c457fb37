//! A drawing as a list of shapes, in points of 1/96 inch from the top left, before it is SVG or pixels.

/// A place on the page.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// A place, or a step, of `x` to the right and `y` down.
pub(super) fn at(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Point {
    /// The point at `share` of the way to `other`.
    pub(super) fn toward(self, other: Self, share: f64) -> Self {
        at(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }

    /// The point `length` away in the direction of `angle`, in radians clockwise from the right.
    pub(super) fn polar(self, angle: f64, length: f64) -> Self {
        at(self.x + angle.cos() * length, self.y + angle.sin() * length)
    }

    /// The distance to `other`.
    pub(super) fn distance(self, other: Self) -> f64 {
        (other.x - self.x).hypot(other.y - self.y)
    }

    /// The direction of `other`, in radians clockwise from the right.
    pub(super) fn angle_to(self, other: Self) -> f64 {
        (other.y - self.y).atan2(other.x - self.x)
    }
}

/// A colour and how much it covers, in [0, 1].
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink {
    pub(super) rgb: [u8; 3],
    pub(super) opacity: f64,
}

impl Ink {
    pub(super) const fn new(rgb: [u8; 3]) -> Self {
        Self { rgb, opacity: 1.0 }
    }

    pub(super) const fn grey(level: u8) -> Self {
        Self::new([level; 3])
    }

    pub(super) const fn covering(self, opacity: f64) -> Self {
        Self { opacity, ..self }
    }
}

/// Which end of a text its place is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Start,
    Middle,
    End,
}

/// A step of a path.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    Move(Point),
    Line(Point),
    /// A quadratic curve: its control point, its end.
    Curve(Point, Point),
    Close,
}

/// How a path is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) enum Style {
    Fill(Ink),
    Stroke(Ink, f64),
}

/// A line of text whose mid-height lies on its place, turned about it by `turn` degrees clockwise.
#[derive(Debug, Clone)]
pub(super) struct Text {
    pub(super) words: String,
    pub(super) place: Point,
    pub(super) size: f64,
    pub(super) align: Align,
    pub(super) turn: f64,
    pub(super) ink: Ink,
}

/// A thing on the page.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// Edges fall on whole pixels, so that neighbours leave no seam.
    Rect {
        corner: Point,
        width: f64,
        height: f64,
        ink: Ink,
    },
    Circle {
        centre: Point,
        radius: f64,
        ink: Ink,
    },
    Path(Vec<Step>, Style),
    Text(Text),
}

/// A page and what is on it, from the bottom up.
#[derive(Debug, Clone)]
pub(in crate::report) struct Scene {
    pub(super) title: &'static str,
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) shapes: Vec<Shape>,
}

impl Scene {
    /// An empty white page; its size is set when its content is known.
    pub(super) fn new(title: &'static str) -> Self {
        Self { title, width: 0.0, height: 0.0, shapes: Vec::new() }
    }

    pub(super) fn rect(&mut self, corner: Point, width: f64, height: f64, ink: Ink) {
        self.shapes.push(Shape::Rect { corner, width, height, ink });
    }

    pub(super) fn circle(&mut self, centre: Point, radius: f64, ink: Ink) {
        self.shapes.push(Shape::Circle { centre, radius, ink });
    }

    pub(super) fn path(&mut self, steps: Vec<Step>, style: Style) {
        self.shapes.push(Shape::Path(steps, style));
    }

    pub(super) fn line(&mut self, from: Point, to: Point, ink: Ink, width: f64) {
        self.path(vec![Step::Move(from), Step::Line(to)], Style::Stroke(ink, width));
    }

    /// Level text in the colour of text.
    pub(super) fn text(&mut self, text: impl Into<String>, place: Point, size: f64, align: Align) {
        self.turned(text, place, size, align, 0.0);
    }

    /// Text turned by `turn` degrees clockwise.
    pub(super) fn turned(&mut self, text: impl Into<String>, place: Point, size: f64, align: Align, turn: f64) {
        self.shapes.push(Shape::Text(Text { words: text.into(), place, size, align, turn, ink: super::INK }));
    }
}

impl Shape {
    /// Moves the shape to the right.
    pub(super) fn shift(&mut self, by: f64) {
        match self {
            Self::Rect { corner, .. } => corner.x += by,
            Self::Circle { centre, .. } => centre.x += by,
            Self::Path(steps, _) => steps.iter_mut().for_each(|step| step.shift(by)),
            Self::Text(text) => text.place.x += by,
        }
    }
}

impl Step {
    fn shift(&mut self, along: f64) {
        match self {
            Self::Move(to) | Self::Line(to) => to.x += along,
            Self::Curve(by, to) => {
                by.x += along;
                to.x += along;
            }
            Self::Close => {}
        }
    }
}
