"""What services say to each other and to the outside: events, claims, codes and areas."""
