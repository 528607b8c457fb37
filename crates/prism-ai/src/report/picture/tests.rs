//! Pictures of every size are whole, named and the same each time.

use super::*;
use crate::report::samples::{small, spread, untested};

fn png(scene: &Scene) -> Vec<u8> {
    let mut out = Vec::new();
    scene.write_png(&mut out).unwrap();
    out
}

#[test]
fn a_network_has_two_pictures_up_to_the_limit() {
    let files = |network: &Network| all(network).iter().map(|(name, _)| *name).collect::<Vec<_>>();
    assert_eq!(files(&small()), ["te_matrix", "network"]);
    assert!(files(&Network::default()).is_empty());
    let names = vec![String::from("c"); MAX_PICTURED + 1];
    assert!(files(&Network { names, ..Network::default() }).is_empty());
}

#[test]
fn names_appear_and_markup_does_not_break_out() {
    for (_, scene) in all(&small()) {
        let svg = scene.to_svg();
        assert!(svg.contains(">F&lt;z&gt;, &quot;left&quot;</text>") && svg.contains(">β &amp; γ</text>"), "{svg}");
        assert!(svg.contains("Transfer entropy (nats)"));
    }
}

#[test]
fn svg_is_well_formed() {
    for network in [small(), untested(small()), spread(2, 1.0), spread(33, 0.1)] {
        for (_, scene) in all(&network) {
            let svg = scene.to_svg();
            let opened = svg.matches('<').count();
            assert_eq!(opened, svg.matches('>').count());
            // Every tag is closed in itself or by its own end.
            let ends = svg.matches("</").count();
            assert_eq!(opened, svg.matches("/>").count() + 2 * ends, "{svg}");
            assert_eq!(svg.matches('"').count() % 2, 0);
            assert!(!svg.contains("NaN") && !svg.contains("inf"));
        }
    }
}

#[test]
fn png_has_the_size_of_its_page_at_300_dots_per_inch() {
    for (_, scene) in all(&spread(3, 0.5)) {
        let bytes = png(&scene);
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(&bytes)).read_info().unwrap();
        let expected = ((scene.width * 3.125).round() as u32, (scene.height * 3.125).round() as u32);
        assert_eq!(reader.info().size(), expected);
        assert_eq!(reader.info().pixel_dims.unwrap().xppu, 11811);
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        assert!(pixels.iter().any(|level| *level != 255), "something is drawn");
        assert!(pixels[..3].iter().all(|level| *level == 255), "on white");
    }
}

#[test]
fn the_same_network_gives_the_same_bytes() {
    let network = spread(9, 0.4);
    for ((_, one), (_, two)) in all(&network).iter().zip(&all(&network)) {
        assert_eq!(one.to_svg(), two.to_svg());
        assert_eq!(png(one), png(two));
    }
}

#[test]
fn the_page_holds_everything_at_any_size() {
    for v in [1, 2, 3, 12, 13, 64, 100, MAX_PICTURED] {
        for (name, scene) in all(&spread(v, 0.02)) {
            assert!(scene.width > 100.0 && scene.width < 1500.0, "{name} of {v}: {}", scene.width);
            for shape in &scene.shapes {
                let place = match shape {
                    scene::Shape::Text(text) => text.place,
                    scene::Shape::Circle { centre, .. } => *centre,
                    scene::Shape::Rect { corner, .. } => *corner,
                    scene::Shape::Path(..) => continue,
                };
                let inside = (0.0..scene.width).contains(&place.x) && (0.0..scene.height).contains(&place.y);
                assert!(inside, "{name} of {v}: {shape:?}");
            }
        }
    }
}

#[test]
fn of_too_many_edges_the_strongest_are_drawn_and_it_is_said() {
    let arrows = |network: &Network| all(network)[1].1.to_svg().matches("fill=\"none\"").count();
    // A few more make the key.
    assert!((381..390).contains(&arrows(&spread(20, 1.0))));
    assert!((401..410).contains(&arrows(&spread(40, 1.0))));
    assert!(all(&spread(40, 1.0))[1].1.to_svg().contains("; the strongest 400 are drawn</text>"));
}

/// Draws a gallery to look at: `cargo test -p prism-ai gallery -- --ignored`, then see the temporary directory.
#[test]
#[ignore = "for eyes, not for assertions"]
fn gallery() {
    let long = |mut network: Network| {
        network.names.iter_mut().for_each(|name| *name = format!("left superior temporal gyrus, {name}"));
        network
    };
    let unicode = |mut network: Network| {
        let names =
            ["Größe", "θ-band", "Ψ₁", "скорость", "São Paulo", "x → y", "a & b", "naïve", "Łódź", "ħω", "ₓ²", "漢"];
        network.names = names.map(String::from).to_vec();
        network
    };
    let mut some = spread(12, 0.15);
    some.pairs.retain(|pair| (pair.source * 5 + pair.target) % 4 != 0);
    let networks = [
        ("2", spread(2, 1.0)),
        ("5", spread(5, 0.4)),
        ("12", spread(12, 0.15)),
        ("12_list", some),
        ("12_none", spread(12, 0.0)),
        ("12_untested", untested(spread(12, 0.2))),
        ("12_all", spread(12, 1.0)),
        ("12_unicode", unicode(spread(12, 0.2))),
        ("12_long", long(spread(12, 0.2))),
        ("32", spread(32, 0.06)),
        ("32_long", long(spread(32, 0.06))),
        ("90", spread(90, 0.02)),
        ("90_all", spread(90, 1.0)),
        ("256", spread(256, 0.003)),
    ];
    let gallery = std::env::temp_dir().join("prism-ai-gallery");
    std::fs::create_dir_all(&gallery).unwrap();
    for (case, network) in networks {
        for (name, scene) in all(&network) {
            std::fs::write(gallery.join(format!("{name}_{case}.svg")), scene.to_svg()).unwrap();
            std::fs::write(gallery.join(format!("{name}_{case}.png")), png(&scene)).unwrap();
        }
    }
}
