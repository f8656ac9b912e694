mod counters;
mod order;
