"""The demo county: its data, and the programs that take it through the system by its public interface."""
