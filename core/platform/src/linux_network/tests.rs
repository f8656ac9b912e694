//! The order of the steps, shown with a fault at each call in turn.
