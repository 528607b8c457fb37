//! What a run leaves behind: tables, matrices, a graph, pictures.
